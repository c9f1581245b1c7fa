"""The glossary: one word per thing, as types for the code and as labels for people.

Codes are what stands in bodies, tables and events; ``label`` gives the words of a language
(``zh-Hant``, ``zh-Hans``, ``en``) for a code. Open lists (channels, natures, sources) are settings of the
procedure; what stands here are the codes the software itself knows.
"""

from typing import Final, Literal, get_args

Language = Literal["zh-Hant", "zh-Hans", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

Channel = Literal[
    "phone",
    "website",
    "official_account",
    "app",
    "email",
    "letter",
    "fax",
    "window",
    "third_party",
    "social_media",
    "internal",
]
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
Form = Literal["spoken", "paper"]
"""How a complaint was made at the window: said, or handed in on paper (policy, form by channel)."""
ReplyForm = Literal["phone", "online", "written", "third_party", "internal"]
"""Which row of 5/3.x binds the reply; computed from channel and form by the policy."""
Service = Literal["water", "power", "gas", "sanitation", "transport", "infrastructure"]
Topic = Literal[
    "water.quality",
    "water.pressure",
    "water.outage_notice",
    "water.billing",
    "power.supply_stability",
    "power.voltage_quality",
    "power.billing",
    "power.outage_notice",
    "gas.supply_stability",
    "gas.meter_accuracy",
    "gas.price",
    "gas.facility_safety",
    "sanitation.refuse_collection",
    "sanitation.cleaning",
    "sanitation.disposal",
    "sanitation.sorting",
    "transport.hours",
    "transport.routes",
    "transport.fares",
    "transport.service_quality",
    "infrastructure.roads",
    "infrastructure.bridges",
    "infrastructure.greening",
    "infrastructure.lighting",
    "infrastructure.construction",
]
Nature = Literal["service_quality", "charging", "safety", "management"]
Kind = Literal["consultation", "complaint", "suggestion"]
Category = Literal["service", "quality", "price"]
Level = Literal[1, 2, 3]
Importance = Literal["ordinary", "major"]
Extent = Literal["household", "building", "neighbourhood", "district", "city"]
"""How far the trouble reaches (2/1.1.14(1)), as a person found it."""
MajorBecause = Literal["level", "source", "repeated", "incident", "chosen"]
"""Why a complaint is major (3/2.2; policy, major)."""
Source = Literal["consumers_association", "media", "regulator", "other"]
"""What kind of platform passed a complaint on (1/1.1.5)."""
Cause = Literal["service_quality", "product", "policy"]
Effect = Literal["effective", "partly_effective", "not_effective"]
PromiseKind = Literal["measure", "call_back", "visit", "answer", "suggestion", "other"]
ReviewResult = Literal["upheld", "overturned"]
SuggestionOutcome = Literal["adopted", "partly_adopted", "not_adopted"]
VisitWay = Literal["phone", "on_site"]
NotVisited = Literal["nobody_to_reach", "not_reached", "declined"]
"""Why a return visit was not possible."""
Outcome = Literal["upheld", "partly_upheld", "not_upheld", "not_established"]
RefusalReason = Literal["out_of_scope", "other_authority", "already_answered", "not_a_matter", "no_facts"]
Method = Literal["on_site", "documents", "technical_test", "expert", "data"]
EvidenceKind = Literal["document", "photo", "recording", "reading", "statement", "other"]
FollowUpWay = Literal["phone", "on_site", "look"]
FollowUpFinding = Literal["in_progress", "slow", "blocked", "solved", "dissatisfied"]
NoticeWay = Literal["phone", "sms", "mail", "letter", "in_person", "status_page"]
LetterWay = Literal["mail", "letter", "status_page"]
LetterPurpose = Literal[
    "reply", "refusal", "extension_notice", "preliminary_opinion", "withdrawal_confirmation", "review_decision"
]
PauseReason = Literal["waiting_for_complainant", "outside_test", "outside_expert", "force_majeure"]
ClosingBasis = Literal["replied", "measures_done", "measures_handed_over", "nobody_to_reach"]
Stage = Literal[
    "received",
    "registered",
    "refused",
    "assigned",
    "investigating",
    "decided",
    "replied",
    "closed",
    "filed",
    "withdrawn",
]
DutyState = Literal["provisional", "running", "paused", "fulfilled", "late", "breached", "void"]
Role = Literal["operator", "handler", "supervisor", "reviewer", "archivist", "analyst", "administrator"]

_LABELS: Final[dict[str, tuple[str, str, str]]] = {
    # channels
    "channel.phone": ("電話", "电话", "Phone"),
    "channel.website": ("官方網站", "官方网站", "Website"),
    "channel.official_account": ("公眾號", "公众号", "Official account"),
    "channel.app": ("手機應用", "手机应用", "Mobile app"),
    "channel.email": ("電子郵件", "电子邮件", "E-mail"),
    "channel.letter": ("信函", "信函", "Letter"),
    "channel.fax": ("傳真", "传真", "Fax"),
    "channel.window": ("服務窗口", "服务窗口", "Service window"),
    "channel.third_party": ("第三方平臺", "第三方平台", "Third-party platform"),
    "channel.social_media": ("社交媒體", "社交媒体", "Social media"),
    "channel.internal": ("內部反饋", "内部反馈", "Internal"),
    "form.spoken": ("口頭", "口头", "Spoken"),
    "form.paper": ("書面", "书面", "On paper"),
    "reply_form.phone": ("電話（2 個工作日）", "电话（2 个工作日）", "Phone (2 working days)"),
    "reply_form.online": ("網絡（3 個工作日）", "网络（3 个工作日）", "Online (3 working days)"),
    "reply_form.written": ("書面（5 個工作日）", "书面（5 个工作日）", "Written (5 working days)"),
    "reply_form.third_party": ("第三方平臺", "第三方平台", "Third-party platform"),
    "reply_form.internal": ("內部", "内部", "Internal"),
    # classification
    "service.water": ("水務", "水务", "Water"),
    "service.power": ("供電", "供电", "Power"),
    "service.gas": ("燃氣", "燃气", "Gas"),
    "service.sanitation": ("環衛", "环卫", "Sanitation"),
    "service.transport": ("公共交通", "公共交通", "Public transport"),
    "service.infrastructure": ("城市基礎設施", "城市基础设施", "Urban infrastructure"),
    "topic.water.quality": ("水質", "水质", "Water quality"),
    "topic.water.pressure": ("水壓", "水压", "Water pressure"),
    "topic.water.outage_notice": ("停水通知", "停水通知", "Water outage notice"),
    "topic.water.billing": ("水費", "水费", "Water billing"),
    "topic.power.supply_stability": ("供電穩定性", "供电稳定性", "Stability of power supply"),
    "topic.power.voltage_quality": ("電壓質量", "电压质量", "Voltage quality"),
    "topic.power.billing": ("電費", "电费", "Power billing"),
    "topic.power.outage_notice": ("停電通知", "停电通知", "Power outage notice"),
    "topic.gas.supply_stability": ("供氣穩定性", "供气稳定性", "Stability of gas supply"),
    "topic.gas.meter_accuracy": ("氣表準確性", "气表准确性", "Gas meter accuracy"),
    "topic.gas.price": ("燃氣價格", "燃气价格", "Gas price"),
    "topic.gas.facility_safety": ("燃氣設施安全", "燃气设施安全", "Gas facility safety"),
    "topic.sanitation.refuse_collection": ("垃圾收集", "垃圾收集", "Refuse collection"),
    "topic.sanitation.cleaning": ("清掃保潔", "清扫保洁", "Cleaning"),
    "topic.sanitation.disposal": ("垃圾處理", "垃圾处理", "Disposal"),
    "topic.sanitation.sorting": ("垃圾分類", "垃圾分类", "Sorting"),
    "topic.transport.hours": ("運營時間", "运营时间", "Hours of operation"),
    "topic.transport.routes": ("線路設置", "线路设置", "Routes"),
    "topic.transport.fares": ("票價", "票价", "Fares"),
    "topic.transport.service_quality": ("乘車服務", "乘车服务", "Transport service quality"),
    "topic.infrastructure.roads": ("道路", "道路", "Roads"),
    "topic.infrastructure.bridges": ("橋樑", "桥梁", "Bridges"),
    "topic.infrastructure.greening": ("綠化", "绿化", "Greening"),
    "topic.infrastructure.lighting": ("照明", "照明", "Lighting"),
    "topic.infrastructure.construction": ("施工", "施工", "Construction"),
    "nature.service_quality": ("服務質量", "服务质量", "Service quality"),
    "nature.charging": ("收費", "收费", "Charging"),
    "nature.safety": ("安全", "安全", "Safety"),
    "nature.management": ("管理", "管理", "Management"),
    "kind.consultation": ("咨詢", "咨询", "Consultation"),
    "kind.complaint": ("投訴", "投诉", "Complaint"),
    "kind.suggestion": ("建議", "建议", "Suggestion"),
    "category.service": ("服務類", "服务类", "Service"),
    "category.quality": ("質量類", "质量类", "Quality"),
    "category.price": ("價格類", "价格类", "Price"),
    "level.1": ("一級", "一级", "Level 1"),
    "level.2": ("二級", "二级", "Level 2"),
    "level.3": ("三級", "三级", "Level 3"),
    "importance.ordinary": ("一般", "一般", "Ordinary"),
    "importance.major": ("重大", "重大", "Major"),
    "extent.household": ("一戶", "一户", "One household"),
    "extent.building": ("一棟樓", "一栋楼", "A building"),
    "extent.neighbourhood": ("一個小區", "一个小区", "A neighbourhood"),
    "extent.district": ("一個區", "一个区", "A district"),
    "extent.city": ("全市", "全市", "The whole city"),
    "major_because.level": ("一級", "一级", "Level 1"),
    "major_because.source": ("媒體或監管機構轉來", "媒体或监管机构转来", "Passed on by the media or a regulator"),
    "major_because.repeated": ("同一事項短期內多次投訴", "同一事项短期内多次投诉", "Complained of repeatedly"),
    "major_because.incident": ("多宗投訴屬同一事件", "多宗投诉属同一事件", "Many complaints have one cause"),
    "major_because.chosen": ("由人員判定", "由人员判定", "Found so by a person"),
    "source.consumers_association": ("消費者協會", "消费者协会", "Consumers' association"),
    "source.media": ("媒體", "媒体", "Media"),
    "source.regulator": ("監管機構", "监管机构", "Regulator"),
    "source.other": ("其他平臺", "其他平台", "Another platform"),
    "shift_kind.duty": ("值班", "值班", "On duty"),
    "shift_kind.on_call": ("待命", "待命", "On call"),
    "effect.effective": ("有效", "有效", "Effective"),
    "effect.partly_effective": ("部分有效", "部分有效", "Partly effective"),
    "effect.not_effective": ("無效", "无效", "Not effective"),
    "promise.measure": ("整改措施", "整改措施", "A measure"),
    "promise.call_back": ("回電", "回电", "A call back"),
    "promise.visit": ("上門", "上门", "A visit"),
    "promise.answer": ("答覆", "答复", "An answer"),
    "promise.suggestion": ("告知建議的結果", "告知建议的结果", "What became of the suggestion"),
    "promise.other": ("其他", "其他", "Other"),
    "review_result.upheld": ("維持原處理意見", "维持原处理意见", "Upheld"),
    "review_result.overturned": ("撤銷原處理意見", "撤销原处理意见", "Overturned"),
    "visit_way.phone": ("電話回訪", "电话回访", "By phone"),
    "visit_way.on_site": ("上門回訪", "上门回访", "In person"),
    "not_visited.nobody_to_reach": ("沒有聯繫方式", "没有联系方式", "There is nobody to reach"),
    "not_visited.not_reached": ("多次聯繫不上", "多次联系不上", "Could not be reached"),
    "not_visited.declined": ("投訴人不願受訪", "投诉人不愿受访", "Does not wish to be visited"),
    "suggestion.adopted": ("採納", "采纳", "Adopted"),
    "suggestion.partly_adopted": ("部分採納", "部分采纳", "Partly adopted"),
    "suggestion.not_adopted": ("未採納", "未采纳", "Not adopted"),
    "cause.service_quality": ("服務質量原因", "服务质量原因", "Service quality"),
    "cause.product": ("產品原因", "产品原因", "Product"),
    "cause.policy": ("政策法規原因", "政策法规原因", "Policy and regulation"),
    "outcome.upheld": ("屬實", "属实", "Upheld"),
    "outcome.partly_upheld": ("部分屬實", "部分属实", "Partly upheld"),
    "outcome.not_upheld": ("不屬實", "不属实", "Not upheld"),
    "outcome.not_established": ("無法查實", "无法查实", "Could not be established"),
    "refusal_reason.out_of_scope": ("不屬本公司職責範圍", "不属本公司职责范围", "Outside this company's scope"),
    "refusal_reason.other_authority": ("應由其他機關處理", "应由其他机关处理", "For another authority"),
    "refusal_reason.already_answered": ("同一事項已經回復", "同一事项已经回复", "The same matter has been answered"),
    "refusal_reason.not_a_matter": ("沒有可處理的事項", "没有可处理的事项", "No matter that can be handled"),
    "refusal_reason.no_facts": ("沒有具體事實", "没有具体事实", "No facts stated"),
    # casework
    "method.on_site": ("現場調查", "现场调查", "On site"),
    "method.documents": ("查閱資料", "查阅资料", "Documents"),
    "method.technical_test": ("技術檢測", "技术检测", "Technical test"),
    "method.expert": ("專家咨詢", "专家咨询", "Expert"),
    "method.data": ("數據分析", "数据分析", "Data"),
    "evidence_kind.document": ("文件", "文件", "Document"),
    "evidence_kind.photo": ("照片", "照片", "Photo"),
    "evidence_kind.recording": ("錄音", "录音", "Recording"),
    "evidence_kind.reading": ("讀數", "读数", "Reading"),
    "evidence_kind.statement": ("陳述", "陈述", "Statement"),
    "evidence_kind.other": ("其他", "其他", "Other"),
    "follow_up_way.phone": ("電話跟蹤", "电话跟踪", "By phone"),
    "follow_up_way.on_site": ("現場跟蹤", "现场跟踪", "On site"),
    "follow_up_way.look": ("查看案件", "查看案件", "A look at the case"),
    "finding.in_progress": ("處理中", "处理中", "In progress"),
    "finding.slow": ("進展緩慢", "进展缓慢", "Slow"),
    "finding.blocked": ("受阻", "受阻", "Blocked"),
    "finding.solved": ("已解決", "已解决", "Solved"),
    "finding.dissatisfied": ("投訴人不滿意", "投诉人不满意", "Complainant dissatisfied"),
    "pause_reason.waiting_for_complainant": ("等待投訴人", "等待投诉人", "Waiting for the complainant"),
    "pause_reason.outside_test": ("外部檢測", "外部检测", "Outside test"),
    "pause_reason.outside_expert": ("外部專家", "外部专家", "Outside expert"),
    "pause_reason.force_majeure": ("不可抗力", "不可抗力", "Force majeure"),
    "basis.replied": ("已回復，無須整改", "已回复，无须整改", "Replied; no measure needed"),
    "basis.measures_done": ("整改措施已完成", "整改措施已完成", "Measures done"),
    "basis.measures_handed_over": ("整改措施已移交改進", "整改措施已移交改进", "Measures handed to improvement"),
    "basis.nobody_to_reach": ("無法聯繫投訴人", "无法联系投诉人", "Nobody to reach"),
    # reply
    "way.phone": ("電話", "电话", "Phone"),
    "way.sms": ("短信", "短信", "SMS"),
    "way.mail": ("電子郵件", "电子邮件", "E-mail"),
    "way.letter": ("信函", "信函", "Letter"),
    "way.in_person": ("當面", "当面", "In person"),
    "way.status_page": ("進度查詢頁", "进度查询页", "Status page"),
    "purpose.reply": ("回復", "回复", "Reply"),
    "purpose.refusal": ("不予受理通知", "不予受理通知", "Refusal"),
    "purpose.extension_notice": ("延期通知", "延期通知", "Notice of extension"),
    "purpose.preliminary_opinion": ("初步處理意見", "初步处理意见", "Preliminary opinion"),
    "purpose.withdrawal_confirmation": ("撤回確認", "撤回确认", "Confirmation of withdrawal"),
    "purpose.review_decision": ("復查決定書", "复查决定书", "Decision on the review"),
    # stages and states
    "stage.received": ("已接收", "已接收", "Received"),
    "stage.registered": ("已登記", "已登记", "Registered"),
    "stage.refused": ("不予受理", "不予受理", "Refused"),
    "stage.assigned": ("已分配", "已分配", "Assigned"),
    "stage.investigating": ("調查中", "调查中", "Under investigation"),
    "stage.decided": ("已作出處理意見", "已作出处理意见", "Decided"),
    "stage.replied": ("已回復", "已回复", "Replied"),
    "stage.closed": ("已辦結", "已办结", "Closed"),
    "stage.filed": ("已歸檔", "已归档", "Filed"),
    "stage.withdrawn": ("已撤回", "已撤回", "Withdrawn"),
    "state.provisional": ("暫定", "暂定", "Provisional"),
    "state.running": ("進行中", "进行中", "Running"),
    "state.paused": ("已暫停", "已暂停", "Paused"),
    "state.fulfilled": ("按時完成", "按时完成", "Fulfilled"),
    "state.late": ("逾期完成", "逾期完成", "Fulfilled late"),
    "state.breached": ("已逾期", "已逾期", "Breached"),
    "state.void": ("已終止", "已终止", "Void"),
    "role.operator": ("接線員", "接线员", "Operator"),
    "role.handler": ("經辦人", "经办人", "Handler"),
    "role.supervisor": ("主管", "主管", "Supervisor"),
    "role.reviewer": ("復查人", "复查人", "Reviewer"),
    "role.archivist": ("檔案管理員", "档案管理员", "Archivist"),
    "role.analyst": ("分析員", "分析员", "Analyst"),
    "role.administrator": ("系統管理員", "系统管理员", "Administrator"),
}


def label(group: str, code: object, language: Language) -> str:
    """Return the words for ``code`` of ``group`` in ``language``; the code itself when it is an office's own.

    >>> label("service", "water", "en")
    'Water'
    """
    words = _LABELS.get(f"{group}.{code}")
    return words[LANGUAGES.index(language)] if words else str(code)


def codes(group: str) -> list[str]:
    """Return the codes of ``group`` in the order people should see them."""
    prefix = f"{group}."
    return [key.removeprefix(prefix) for key in _LABELS if key.startswith(prefix)]
