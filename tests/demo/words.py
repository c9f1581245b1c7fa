"""What officers write during the month, in the complainant's language; nothing of it is about anybody in particular."""

from collections.abc import Mapping
from typing import Any, Final

from shared.office import example_office

_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "follow_up": (
        "已查看進度，並說明下一步安排。",
        "已查看进度，并说明下一步安排。",
        "Looked at the progress and explained what comes next.",
    ),
    "extension": (
        "需要等待檢測結果，回復延至所示日期。",
        "需要等待检测结果，回复延至所示日期。",
        "The result of the test has to be waited for; the reply will follow by the date given.",
    ),
    "preliminary": (
        "初步查明情況屬實，正在等待檢測結果。",
        "初步查明情况属实，正在等待检测结果。",
        "So far the matter appears as you described it; we are waiting for the test.",
    ),
    "visit": (
        "已致電投訴人回訪，並記錄其意見。",
        "已致电投诉人回访，并记录其意见。",
        "Called the complainant and wrote down what they said.",
    ),
    "apart": (
        "經查水色發黃另有原因，與爆管無關。",
        "经查水色发黄另有原因，与爆管无关。",
        "The yellow water has another cause than the burst main.",
    ),
    "not_ours": (
        "經核對職責分工，此事不屬本部門。",
        "经核对职责分工，此事不属本部门。",
        "By the division of duties this is another department's matter.",
    ),
    "decided": (
        "依職責分工表裁決，請按期辦理。",
        "依职责分工表裁决，请按期办理。",
        "Decided by the table of duties; please keep to the dates.",
    ),
    "redispatch": (
        "原承辦人未按時接受，改派同部門人員。",
        "原承办人未按时接受，改派同部门人员。",
        "It was not accepted in time; a colleague takes it on.",
    ),
    "hand_over": (
        "本週外出培訓，請同事接辦。",
        "本周外出培训，请同事接办。",
        "I am away on training this week; a colleague takes over.",
    ),
    "raised": (
        "致電核實：整個小區停水，不止一戶。",
        "致电核实：整个小区停水，不止一户。",
        "Called back: the whole neighbourhood is without water, not one household.",
    ),
    "lowered": (
        "到場確認為鄰居燒烤，電表箱正常，沒有危險。",
        "到场确认为邻居烧烤，电表箱正常，没有危险。",
        "At the place it was a neighbour's barbecue; the meter box is in order, and there is no danger.",
    ),
    "supplement": (
        "補充：上個月的結算單也沒有收到。",
        "补充：上个月的结算单也没有收到。",
        "One more thing: last month's statement has not come either.",
    ),
    "shift": (
        "目前沒有響鈴；城西區週末有施工，請留意來電。",
        "目前没有响铃；城西区周末有施工，请留意来电。",
        "Nothing rings now; there are works in the west at the weekend, expect calls.",
    ),
    "outage.power": (
        "線路檢修，3月13日 9 時至 17 時停電。",
        "线路检修，3月13日 9 时至 17 时停电。",
        "Line works: no electricity on 13 March from 9:00 to 17:00.",
    ),
    "outage.water": (
        "更換閥門，3月14日 9 時至 17 時停水。",
        "更换阀门，3月14日 9 时至 17 时停水。",
        "A valve is replaced: no water on 14 March from 9:00 to 17:00.",
    ),
    "effect.effective": (
        "到場查看，未再出現同樣的情況。",
        "到场查看，未再出现同样的情况。",
        "Looked at the place: it has not happened again.",
    ),
    "effect.partly_effective": (
        "情況減少，但高峰時仍有發生，已交改進。",
        "情况减少，但高峰时仍有发生，已交改进。",
        "It happens less, but still at busy hours; passed on to be improved.",
    ),
    "finding": (
        "停水停電通知不及時，是本季度最多的原因。",
        "停水停电通知不及时，是本季度最多的原因。",
        "Outages announced too late were the quarter's most frequent cause.",
    ),
    "missing": (
        "缺少維修單，請補齊。",
        "缺少维修单，请补齐。",
        "The repair sheet is missing; please add it.",
    ),
    "returned": (
        "請寫明整改的完成日期。",
        "请写明整改的完成日期。",
        "Please say by when the measure will be done.",
    ),
    "hasty": (
        "您的說法純屬無理取鬧。",
        "您的说法纯属无理取闹。",
        "What you say is nonsense.",
    ),
    "promise": (
        "承諾當日回電說明進展。",
        "承诺当日回电说明进展。",
        "A call back on the same day was promised.",
    ),
    "review": (
        "經復查案卷、證據和回復，依規定作出本決定。",
        "经复查案卷、证据和回复，依规定作出本决定。",
        "We looked at the case, its evidence and the reply again, and decided by the rules.",
    ),
    "suggestion": (
        "您的建議已納入下季度工作安排。",
        "您的建议已纳入下季度工作安排。",
        "Your suggestion is part of the plan for the next quarter.",
    ),
    "urging": (
        "已安排人員到場，兩日內給出結果。",
        "已安排人员到场，两日内给出结果。",
        "Somebody has been sent; there will be a result within two days.",
    ),
    "place": ("反映的地點", "反映的地点", "The place described"),
    "questions": (
        "反映的情況是否屬實？原因是什麼？",
        "反映的情况是否属实？原因是什么？",
        "Is it as described, and what is the cause?",
    ),
    "session": (
        "查看了現場和運行記錄，詢問了值班人員，情況清楚。",
        "查看了现场和运行记录，询问了值班人员，情况清楚。",
        "We looked at the place and the records and spoke with the staff on duty; the facts are clear.",
    ),
    "expected": (
        "三個月內不再出現同樣的情況。",
        "三个月内不再出现同样的情况。",
        "It does not happen again within three months.",
    ),
    "evidence": ("運行記錄摘要", "运行记录摘要", "Extract from the records"),
    "report": (
        "經查，設施老化、巡查間隔過長，造成了所反映的情況。",
        "经查，设施老化、巡查间隔过长，造成了所反映的情况。",
        "Old equipment and too few inspections led to what was described.",
    ),
    "root": (
        "巡查計劃沒有覆蓋該處。",
        "巡查计划没有覆盖该处。",
        "The plan of inspections did not cover this place.",
    ),
    "law": (
        "公用事業服務規範及公司服務承諾",
        "公用事业服务规范及公司服务承诺",
        "Service standards of the public utility, and the company's own service commitments",
    ),
    "opinion.upheld": (
        "經查屬實，予以整改，並向您致歉。",
        "经查属实，予以整改，并向您致歉。",
        "What you described is right; it is being put right, and we apologise.",
    ),
    "opinion.partly_upheld": (
        "經查部分屬實，對屬實部分予以整改。",
        "经查部分属实，对属实部分予以整改。",
        "What you described is right in part; that part is being put right.",
    ),
    "opinion.not_upheld": (
        "經查符合規定，現說明依據，感謝您的監督。",
        "经查符合规定，现说明依据，感谢您的监督。",
        "It was done in keeping with the rules, which we explain here; thank you for raising it.",
    ),
    "opinion.not_established": (
        "現有資料不足以查明情況，已記錄並持續關注。",
        "现有资料不足以查明情况，已记录并持续关注。",
        "What there is does not show what happened; we have recorded it and keep an eye on it.",
    ),
    "measure": (
        "更換設施，並將該處列入每週巡查。",
        "更换设施，并将该处列入每周巡查。",
        "Replace the equipment, and inspect this place every week.",
    ),
    "done": ("已完成並經現場確認。", "已完成并经现场确认。", "Done, and confirmed at the place."),
    "notice": (
        "已告知處理結果和整改措施，並徵求意見。",
        "已告知处理结果和整改措施，并征求意见。",
        "The result and the measures were told, and an opinion was asked for.",
    ),
    "answer": (
        "經查屬實，已按下列措施處理。",
        "经查属实，已按下列措施处理。",
        "We found it as you described, and deal with it by the measures below.",
    ),
    "unknown": (
        "當時沒有記錄可查，已記下您的說法。",
        "当时没有记录可查，已记下您的说法。",
        "There are no records of that time; what you told us is noted.",
    ),
    "account": (
        "已與當班人員談話，並改進交接要求。",
        "已与当班人员谈话，并改进交接要求。",
        "The staff on duty were spoken to, and handing over was improved.",
    ),
}
_PLACES: Final = {"zh-Hant": 0, "zh-Hans": 1, "en": 2}


def said(what: str, case: Mapping[str, Any]) -> str:
    """Return what an officer writes on such an occasion."""
    return _WORDS[what][_PLACES.get(case.get("language") or "", 0)]


def named(who: str, case: Mapping[str, Any]) -> str:
    """Return an officer's name as it is written down in a record: nobody writes an id."""
    names = {one.id: one.name.by_language() for one in example_office().officers}
    return names[who][case["language"]] if who in names else who


def lot(case: Mapping[str, Any], of: int) -> int:
    """Return a number below ``of`` that a complaint always draws: chance that can be repeated."""
    return sum(map(ord, case["number"])) * 7 % of
