"""Intake's own problems and rules, in three languages."""

from typing import Final

from shared.errors import Words, define

PROBLEMS: Final[dict[str, Words]] = {
    "key_unknown": ("通道密鑰無效。", "通道密钥无效。", "The channel key is not valid."),
    "channel_not_yours": (
        "此密鑰不能提交這個渠道的投訴。",
        "此密钥不能提交这个渠道的投诉。",
        "This key may not post complaints of that channel.",
    ),
    "idempotency_key_reused": (
        "這個 Idempotency-Key 已用於另一份內容。",
        "这个 Idempotency-Key 已用于另一份内容。",
        "This Idempotency-Key was used with another body.",
    ),
    "external_id_reused": (
        "這個外部編號已登記為投訴 {number}，但內容不同。",
        "这个外部编号已登记为投诉 {number}，但内容不同。",
        "This external id already stands for complaint {number}, with another body.",
    ),
    "refusal_overturned": (
        "復查已撤銷先前的不予受理決定，本投訴應予登記，不能再次不予受理。",
        "复查已撤销先前的不予受理决定，本投诉应予登记，不能再次不予受理。",
        "A review has set the refusal aside: this complaint is to be registered, and cannot be refused again.",
    ),
    "receipt_wrong": (
        "投訴編號與查詢碼不符，請核對後再試。",
        "投诉编号与查询码不符，请核对后再试。",
        "Number and receipt code do not belong together. Please check both.",
    ),
    "too_many_tries": (
        "嘗試次數過多，請於 {minutes} 分鐘後再試。",
        "尝试次数过多，请于 {minutes} 分钟后再试。",
        "Too many tries. Please try again in {minutes} minutes.",
    ),
    "too_large": (
        "內容太大，上限為 {limit_mb} MB。",
        "内容太大，上限为 {limit_mb} MB。",
        "This is too large; the limit is {limit_mb} MB.",
    ),
    "length_required": ("必須說明內容長度。", "必须说明内容长度。", "The length of the content must be stated."),
    "attachment_type": (
        "不接受這種檔案。可接受：圖片、PDF、Word、Excel、文字、錄音、錄影、電子郵件。",
        "不接受这种文件。可接受：图片、PDF、Word、Excel、文本、录音、录像、电子邮件。",
        "This kind of file is not accepted. Accepted: pictures, PDF, Word, Excel, text, audio, video, e-mail.",
    ),
    "attachment_unreadable": (
        "檔案已損壞，無法讀取。",
        "文件已损坏，无法读取。",
        "The file is damaged and cannot be read.",
    ),
    "attachment_missing": ("沒有收到檔案。", "没有收到文件。", "There is no file in the request."),
    "attachment_unknown": (
        "找不到附件，或附件已屬於另一宗投訴",
        "找不到附件，或附件已属于另一宗投诉",
        "is not an attachment of yours that is still free",
    ),
    "act_needs_text": ("請寫明內容", "请写明内容", "is needed for this"),
    "act_needs_score": ("請給出 1 至 5 分", "请给出 1 至 5 分", "is needed, from 1 to 5"),
    "owner_away": (
        "暫時無法轉達，請稍後再試。",
        "暂时无法转达，请稍后再试。",
        "This cannot be passed on at the moment; please try again later.",
    ),
    "number_wrong": (
        "投訴編號有誤，請核對每一位數字",
        "投诉编号有误，请核对每一位数字",
        "is not a complaint number; please check every digit",
    ),
    # rules of fields
    "phone_wrong": ("不是有效的電話號碼", "不是有效的电话号码", "is not a telephone number"),
    "email_wrong": ("不是有效的電子郵件地址", "不是有效的电子邮件地址", "is not an e-mail address"),
    "district_wrong": (
        "只能填寫行政區名稱，詳細地址請填在「地址」",
        "只能填写行政区名称，详细地址请填在“地址”",
        "is only for the name of a district; the address has a field of its own",
    ),
    "in_the_future": ("不能晚於現在", "不能晚于现在", "must not lie in the future"),
    "too_long_ago": ("太久遠，請核對日期", "太久远，请核对日期", "lies too far back; please check the date"),
    "received_at_not_yours": (
        "只有接線員、信函、傳真和第三方平臺可以填寫接收時間",
        "只有接线员、信函、传真和第三方平台可以填写接收时间",
        "may be given only by operators, and for letters, faxes and third parties",
    ),
    "operator_only": ("只有接線員可以填寫", "只有接线员可以填写", "may be given only by an operator"),
    "topic_of_other_service": (
        "細項不屬於這項服務",
        "细项不属于这项服务",
        "belongs to another service",
    ),
    "level_below_reach": (
        "按影響範圍或人數應定更高級別；請先按該級別登記，再說明理由調低（2/1.1.14(1)）",
        "按影响范围或人数应定更高级别；请先按该级别登记，再说明理由调低（2/1.1.14(1)）",
        "is too low for its extent or the people affected; register higher, then lower with a reason (2/1.1.14(1))",
    ),
    "level_needed": ("投訴必須定級", "投诉必须定级", "is needed for a complaint"),
    "outside_body_unknown": (
        "不在可轉介機構之列",
        "不在可转介机构之列",
        "is not one of the bodies to turn to",
    ),
    "officer_unknown": ("沒有這位人員", "没有这位人员", "is not an officer of this office"),
    "date_wrong": ("不是有效的日期時間", "不是有效的日期时间", "is not a valid date and time"),
}

define(PROBLEMS)
