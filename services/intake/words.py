"""The words of the public pages, in the three languages."""

# ruff: noqa: E501 - a sentence stands on one line

from typing import Final

from shared.glossary import LANGUAGES, Language

_MILESTONES: Final[dict[str, tuple[str, str, str]]] = {
    "complaint.received": ("已收到您的投訴", "已收到您的投诉", "Your complaint was received"),
    "complaint.registered": ("已登記受理", "已登记受理", "It was registered"),
    "complaint.refused": ("不予受理", "不予受理", "It was not accepted"),
    "complaint.supplemented": ("您補充了內容", "您补充了内容", "You added something"),
    "complaint.assigned": ("已交由責任部門辦理", "已交由责任部门办理", "It was assigned to a department"),
    "investigation.started": ("開始調查", "开始调查", "The investigation began"),
    "opinion.determined": ("已作出處理意見", "已作出处理意见", "A decision was made"),
    "result_notice.given": ("已告知處理結果", "已告知处理结果", "You were told the result"),
    "extension.notified": ("已告知延長期限", "已告知延长期限", "You were told of an extension"),
    "reply.sent": ("已發出書面回復", "已发出书面回复", "The written reply was sent"),
    "refusal.sent": ("已發出不予受理通知", "已发出不予受理通知", "The notice of refusal was sent"),
    "complaint.replied": ("已回復", "已回复", "It was replied to"),
    "complaint.withdrawn": ("已撤回", "已撤回", "It was withdrawn"),
    "complaint.closed": ("已辦結", "已办结", "It was closed"),
    "complaint.reopened": ("重新辦理", "重新办理", "It was opened again"),
    "refusal.overturned": (
        "復查撤銷了不予受理的決定，重新受理",
        "复查撤销了不予受理的决定，重新受理",
        "A review set the refusal aside; it is taken up again",
    ),
    "complaint.filed": ("已歸檔", "已归档", "It was filed"),
}

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "skip": ("跳到正文", "跳到正文", "Skip to content"),
    "languages": ("語言", "语言", "Language"),
    "service_name": ("投訴受理", "投诉受理", "Complaints"),
    "nav_new": ("提出投訴", "提出投诉", "Make a complaint"),
    "nav_status": ("查詢進度", "查询进度", "Follow a complaint"),
    "form_title": ("提出投訴、咨詢或建議", "提出投诉、咨询或建议", "Complain, ask or suggest"),
    "form_lead": (
        "供水、供電、燃氣、環衛、公共交通和城市基礎設施，哪裡不對，請告訴我們。提交後您會得到編號和查詢碼，隨時可以查看進度。",
        "供水、供电、燃气、环卫、公共交通和城市基础设施，哪里不对，请告诉我们。提交后您会得到编号和查询码，随时可以查看进度。",
        "Water, power, gas, sanitation, transport, roads and lights: tell us what is wrong. You get a number and a code, and can follow what happens.",
    ),
    "danger_title": ("現在有危險嗎？", "现在有危险吗？", "Is anyone in danger now?"),
    "danger_text": (
        "聞到燃氣味、電線掉落、起火或有人受傷：請先到安全的地方，並撥打 110、119 或 120。",
        "闻到燃气味、电线掉落、起火或有人受伤：请先到安全的地方，并拨打 110、119 或 120。",
        "A smell of gas, a line down, fire, someone hurt: get to safety first, and call 110, 119 or 120.",
    ),
    "danger_check": (
        "有人的生命或財產正處於危險",
        "有人的生命或财产正处于危险",
        "Life or property is in danger right now",
    ),
    "what_title": ("發生了什麼", "发生了什么", "What happened"),
    "text": ("請描述經過", "请描述经过", "Please describe it"),
    "text_hint": (
        "時間、地點、涉及的服務和人員，越具體越好。",
        "时间、地点、涉及的服务和人员，越具体越好。",
        "When, where, which service, who: the more exact, the better.",
    ),
    "service": ("涉及的服務", "涉及的服务", "Which service"),
    "service_unknown": ("不確定", "不确定", "Not sure"),
    "address": ("地點", "地点", "Where"),
    "address_hint": ("街道、門牌、站點或桿號", "街道、门牌、站点或杆号", "Street, house, stop or pole number"),
    "remedy": ("您希望怎樣解決", "您希望怎样解决", "What should be done"),
    "customer": ("客戶編號", "客户编号", "Customer number"),
    "customer_hint": ("在帳單上，如有", "在账单上，如有", "On your bill, if you have one"),
    "files": ("照片或文件", "照片或文件", "Photos or documents"),
    "files_hint": (
        "最多 5 個，合計不超過 20 MB。照片中的拍攝地點等資料會被清除。",
        "最多 5 个，合计不超过 20 MB。照片中的拍摄地点等信息会被清除。",
        "At most 5, and 20 MB in all. Where and when a photo was taken is removed from it.",
    ),
    "you_title": ("怎樣聯繫您", "怎样联系您", "How to reach you"),
    "you_text": (
        "可以匿名。如果留下聯繫方式，我們會把結果告訴您；您的資料加密保存，只用於處理這宗投訴。",
        "可以匿名。如果留下联系方式，我们会把结果告诉您；您的资料加密保存，只用于处理这宗投诉。",
        "You may stay anonymous. If you leave a contact we tell you the result; it is kept encrypted and used for this complaint only.",
    ),
    "name": ("姓名", "姓名", "Name"),
    "phone": ("電話", "电话", "Telephone"),
    "email": ("電子郵件", "电子邮件", "E-mail"),
    "postal": ("通信地址", "通信地址", "Postal address"),
    "confidential": (
        "請為我保密：不要向被投訴的部門透露我的姓名",
        "请为我保密：不要向被投诉的部门透露我的姓名",
        "Keep me confidential: do not tell the department concerned who I am",
    ),
    "name_needed": (
        "留下聯繫方式時請填寫",
        "留下联系方式时请填写",
        "is needed along with a way to reach you",
    ),
    "optional": ("選填", "选填", "optional"),
    "submit": ("提交", "提交", "Send"),
    "errors_title": ("還有幾處需要修改", "还有几处需要修改", "Some things need another look"),
    "errors_files": (
        "附件沒有保存，請重新選擇。",
        "附件没有保存，请重新选择。",
        "Files were not kept; please choose them again.",
    ),
    "received_title": ("已收到您的投訴", "已收到您的投诉", "We have received it"),
    "received_text": (
        "請記下編號和查詢碼，或列印本頁。憑這兩項可以查詢進度、補充內容或撤回。查詢碼只在此顯示。",
        "请记下编号和查询码，或打印本页。凭这两项可以查询进度、补充内容或撤回。查询码只在此显示。",
        "Please note number and code, or print this page. With them you can follow it, add to it or withdraw it. The code is shown only here.",
    ),
    "number": ("投訴編號", "投诉编号", "Number"),
    "code": ("查詢碼", "查询码", "Receipt code"),
    "promised_title": ("我們承諾的時間", "我们承诺的时间", "What we promise, and by when"),
    "promised_provisional": (
        "登記後日期生效，仍從收到之日起計。",
        "登记后日期生效，仍从收到之日起计。",
        "The dates become binding on registration, still counted from today.",
    ),
    "by_date": ("最遲 {date}", "最迟 {date}", "by {date}"),
    "follow_now": ("查看進度", "查看进度", "Follow it now"),
    "status_title": ("查詢進度", "查询进度", "Follow a complaint"),
    "status_lead": (
        "請輸入提交投訴時得到的編號和查詢碼。",
        "请输入提交投诉时得到的编号和查询码。",
        "Enter the number and the code that you were given.",
    ),
    "number_hint": ("例如 26-0000017-7", "例如 26-0000017-7", "for example 26-0000017-7"),
    "code_hint": ("三組，每組四個字符", "三组，每组四个字符", "three groups of four"),
    "look": ("查詢", "查询", "Look up"),
    "stage": ("目前狀態", "目前状态", "Where it stands"),
    "received_at": ("收到時間", "收到时间", "Received"),
    "history_title": ("經過", "经过", "What happened so far"),
    "letters_title": ("信函", "信函", "Letters"),
    "letter_open": ("打開（PDF）", "打开（PDF）", "Open (PDF)"),
    "refusal_title": ("不予受理", "不予受理", "Not accepted"),
    "refusal_turn": ("您可以向此處反映：", "您可以向此处反映：", "You can turn to:"),
    "acts_title": ("您可以", "您可以", "What you can do"),
    "act_add": ("補充內容", "补充内容", "Add something"),
    "act_add_text": ("要補充什麼", "要补充什么", "What would you like to add"),
    "act_urge": ("催辦", "催办", "Ask to hurry"),
    "act_urge_text": ("想說的話", "想说的话", "Anything to say with it"),
    "act_withdraw": ("撤回投訴", "撤回投诉", "Withdraw it"),
    "act_withdraw_text": (
        "撤回後不再辦理，我們會書面確認。",
        "撤回后不再办理，我们会书面确认。",
        "It will not be worked on any more; we confirm that in writing.",
    ),
    "act_rate": ("評價", "评价", "Rate how it was handled"),
    "act_rate_text": ("意見", "意见", "Your words"),
    "act_score": ("滿意度", "满意度", "How satisfied are you"),
    "score_1": ("很不滿意", "很不满意", "not at all"),
    "score_2": ("不滿意", "不满意", "not very"),
    "score_3": ("一般", "一般", "neither"),
    "score_4": ("滿意", "满意", "satisfied"),
    "score_5": ("很滿意", "很满意", "very satisfied"),
    "act_not_solved": ("問題沒有解決", "问题没有解决", "It is not solved"),
    "act_not_solved_text": ("哪裡沒有解決", "哪里没有解决", "What is still wrong"),
    "suggestion_title": ("您的建議的處理情況", "您的建议的处理情况", "What became of your suggestion"),
    "promises_title": ("我們對您的承諾", "我们对您的承诺", "What we promised you"),
    "promise_kept": ("已履行", "已履行", "kept"),
    "act_review": ("要求上級部門復查", "要求上级部门复查", "Ask the next higher department for a review"),
    "act_review_text": ("理由", "理由", "Why"),
    "act_done": ("已收到，謝謝。", "已收到，谢谢。", "Received, thank you."),
    "withdraw_sure": ("確定撤回", "确定撤回", "Yes, withdraw it"),
    "footer": (
        "我們在辦公時間處理投訴；有危險的投訴任何時間都會立即響鈴。",
        "我们在办公时间处理投诉；有危险的投诉任何时间都会立即响铃。",
        "Complaints are worked on in office hours; one that speaks of danger rings at any hour.",
    ),
    "error_title": ("無法完成", "无法完成", "That did not work"),
    "back": ("返回", "返回", "Back"),
}


def word(key: str, language: Language) -> str:
    """Return a page's words."""
    return WORDS[key][LANGUAGES.index(language)]


def milestone_label(what: str, language: Language) -> str:
    """Return the words for a step, as the complainant reads them."""
    words = _MILESTONES.get(what)
    return words[LANGUAGES.index(language)] if words else what
