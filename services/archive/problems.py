"""Archive's own problems, in three languages."""

from shared.errors import define

define(
    {
        "wrong_file_state": (
            "檔案目前為「{state_label}」，不能執行這一步。",
            "档案目前为“{state_label}”，不能执行这一步。",
            "The file is “{state_label}”; this step is not possible now.",
        ),
        "file_incomplete": (
            "檔案不齊全：請退回經辦人，或說明為何仍予接收（10/5.2.6、10/5.2.7）。",
            "档案不齐全：请退回经办人，或说明为何仍予接收（10/5.2.6、10/5.2.7）。",
            "The file is not complete: return it, or say why it is accepted all the same (10/5.2.6, 10/5.2.7).",
        ),
        "file_tampered": (
            "收集之後卷內材料被改動過；請重新收集，並校驗檔案。",
            "收集之后卷内材料被改动过；请重新收集，并校验档案。",
            "Entries were tampered with since they were collected: collect them again, and verify the archive.",
        ),
        "entry_tampered": (
            "這份材料被改動過，無法開啟；請校驗檔案。",
            "这份材料被改动过，无法打开；请校验档案。",
            "This entry was tampered with and cannot be opened; verify the archive.",
        ),
        "not_a_quarter": ("須為季度，如 2026-Q1", "须为季度，如 2026-Q1", "must be a quarter, such as 2026-Q1"),
        "quarter_not_over": (
            "{quarter} 尚未結束，不能分析其檔案（4/5.2.11）。",
            "{quarter} 尚未结束，不能分析其档案（4/5.2.11）。",
            "{quarter} is not over yet; its files cannot be analysed (4/5.2.11).",
        ),
        "findings_wrong": (
            "分析結論須有負責人，完成日期不能早於今天。",
            "分析结论须有负责人，完成日期不能早于今天。",
            "Each finding has an owner of the office, and no date that lies in the past.",
        ),
        "owner_unknown": ("沒有這位人員", "没有这位人员", "is nobody of the office"),
        "finding_due_in_past": ("日期已過", "日期已过", "lies in the past"),
        "finding_done": (
            "該結論的處理結果已有記錄。",
            "该结论的处理结果已有记录。",
            "What was done about this finding is on record already.",
        ),
        "missing_unnamed": (
            "請寫明缺少什麼。",
            "请写明缺少什么。",
            "Name what is missing.",
        ),
    }
)

STATES = {
    "collecting": ("收集中", "收集中", "being collected"),
    "collected": ("待接收", "待接收", "to be accepted"),
    "returned": ("已退回", "已退回", "returned"),
    "sealed": ("已封卷", "已封卷", "sealed"),
    "filed": ("已歸檔", "已归档", "filed"),
    "voided": ("已作廢", "已作废", "void"),
}
