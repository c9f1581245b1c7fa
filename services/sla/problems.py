"""What the duty engine may answer instead, in three languages."""

from shared.errors import define

define(
    {
        "one_rule": (
            "必須恰好給出一種期限：working_days、hours、working_minutes 等之一",
            "必须恰好给出一种期限：working_days、hours、working_minutes 等之一",
            "must be exactly one of working_days, hours, working_minutes, …",
        ),
        "not_a_moment": (
            "必須是日期或日期時間（ISO 8601）",
            "必须是日期或日期时间（ISO 8601）",
            "must be a date or a date and time (ISO 8601)",
        ),
        "pause_backwards": (
            "暫停的結束早於開始",
            "暂停的结束早于开始",
            "the pause ends before it begins",
        ),
        "calendar_unknown": ("沒有這個日曆", "没有这个日历", "there is no such calendar"),
        "out_of_range": ("日期超出可計算的範圍", "日期超出可计算的范围", "the dates are out of range"),
        "procedure_wrong": (
            "流程文件有錯（第 {line} 行）：{mistake}",
            "流程文件有错（第 {line} 行）：{mistake}",
            "The procedure has a mistake in line {line}: {mistake}",
        ),
        "version_taken": (
            "版本 {version} 已經存在；修改後的流程須用新的版本號",
            "版本 {version} 已经存在；修改后的流程须用新的版本号",
            "There is a version {version} already; a changed procedure has a new version",
        ),
        "same_day_twice": ("同一日期出現兩次", "同一日期出现两次", "the same date appears twice"),
    }
)
