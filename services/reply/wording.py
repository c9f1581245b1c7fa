"""The set words of letters in three languages; what is particular to a case is put in by ``drafting``. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from shared.glossary import Language
from shared.office_calendar import SHANGHAI

SETTINGS: Final[Mapping[str, tuple[str, str, str]]] = {
    "anonymous": ("投訴人", "投诉人", "Complainant"),
    "salutation": ("尊敬的{name}：", "尊敬的{name}：", "Dear {name},"),
    "summary": (
        "您於{date}通過{channel}提出的{kind}（編號 {number}）已收悉。您反映：{matter}",
        "您于{date}通过{channel}提出的{kind}（编号 {number}）已收悉。您反映：{matter}",
        "We have received the {kind} (no. {number}) that you made on {date} by {channel}. You told us: {matter}",
    ),
    "remedy": ("您的要求：{remedy}", "您的要求：{remedy}", "You ask for: {remedy}"),
    "analysis": (
        "經調查核實，您反映的情況：{outcome}。",
        "经调查核实，您反映的情况：{outcome}。",
        "We have looked into the matter. Our finding: {outcome}.",
    ),
    "cause": ("問題的原因（{cause}）：{text}", "问题的原因（{cause}）：{text}", "The cause ({cause}): {text}"),
    "measure": (
        "{n}. {text}（{due}前完成）",
        "{n}. {text}（{due}前完成）",
        "{n}. {text} (to be completed by {due})",
    ),
    "measure_done": ("{n}. {text}（已完成）", "{n}. {text}（已完成）", "{n}. {text} (done)"),
    "suggestion_looked_at": (
        "您的建議由{department}研究。我們將於{date}前告知您處理情況。",
        "您的建议由{department}研究。我们将于{date}前告知您处理情况。",
        "{department} looks at your suggestion. We shall tell you by {date} what has become of it.",
    ),
    "no_measure": (
        "本事項無須採取整改措施。我們會繼續關注有關情況。",
        "本事项无须采取整改措施。我们会继续关注有关情况。",
        "The matter calls for no corrective measure. We shall continue to keep an eye on it.",
    ),
    "as_above": (
        "我們已按上述意見處理，目前無須另行採取整改措施。",
        "我们已按上述意见处理，目前无须另行采取整改措施。",
        "We have dealt with the matter as set out above; no further corrective measure is needed at present.",
    ),
    "review": (
        "如對本回復有異議，您可自本回復之日起 30 日內向{reviewer}申請復查。",
        "如对本回复有异议，您可自本回复之日起 30 日内向{reviewer}申请复查。",
        "If you disagree with this reply, you can ask {reviewer} for a review within 30 days of it.",
    ),
    "review_at_root": (
        "本公司復查人或公用事業主管部門",
        "本公司复查人或公用事业主管部门",
        "our reviewer or the utilities regulator",
    ),
    "closing": (
        "感謝您對我們工作的監督與支持。如有疑問，歡迎憑投訴編號與我們聯繫。",
        "感谢您对我们工作的监督与支持。如有疑问，欢迎凭投诉编号与我们联系。",
        "Thank you for telling us. If you have any question, please contact us and quote your complaint number.",
    ),
    "received": (
        "您於{date}通過{channel}提出的事項（編號 {number}）已收悉。",
        "您于{date}通过{channel}提出的事项（编号 {number}）已收悉。",
        "We have received what you told us on {date} by {channel} (no. {number}).",
    ),
    "refused": (
        "經審核，該事項不予受理。理由：{reason}。",
        "经审核，该事项不予受理。理由：{reason}。",
        "We have checked it and cannot take it on as a complaint. The reason: {reason}.",
    ),
    "turn_to": (
        "該事項可向{where}反映。",
        "该事项可向{where}反映。",
        "For this matter you can turn to {where}.",
    ),
    "refusal_review": (
        "如對此有異議，您可自本通知之日起 30 日內請{reviewer}重新審查。",
        "如对此有异议，您可自本通知之日起 30 日内请{reviewer}重新审查。",
        "If you disagree, you can ask {reviewer} to look at it again within 30 days of this letter.",
    ),
    "reviewed": (
        "您於{date}就編號 {number} 的處理結果申請復查，{department}已復查完畢。復查決定：{result}。",
        "您于{date}就编号 {number} 的处理结果申请复查，{department}已复查完毕。复查决定：{result}。",
        "On {date} you asked for a review of no. {number}; {department} has completed it. Decision: {result}.",
    ),
    "review_upheld": (
        "原處理意見予以維持，不另採取措施。",
        "原处理意见予以维持，不另采取措施。",
        "The earlier result stands; no further measure is taken.",
    ),
    "review_overturned": (
        "原處理意見予以撤銷，本投訴將重新辦理，您會收到新的書面回復。",
        "原处理意见予以撤销，本投诉将重新办理，您会收到新的书面回复。",
        "The earlier result is set aside. Your complaint is worked anew, and you will have a new reply in writing.",
    ),
    "review_final": (
        "本決定為公司內部最終決定。如仍有異議，您可向{reviewer}反映。",
        "本决定为公司内部最终决定。如仍有异议，您可向{reviewer}反映。",
        "This decision is final within the company. If you still disagree, you can turn to {reviewer}.",
    ),
    "regulator": ("公用事業主管部門", "公用事业主管部门", "the utilities regulator"),
    "withdrawn": (
        "您於{date}提出的投訴（編號 {number}）已按您的要求撤回，我們已停止辦理。如日後需要，您可以隨時重新提出。",
        "您于{date}提出的投诉（编号 {number}）已按您的要求撤回，我们已停止办理。如日后需要，您可以随时重新提出。",
        "Your complaint of {date} (no. {number}) is withdrawn as you asked; you can raise it again at any time.",
    ),
    "extended": (
        "因情況特殊，原定答復期限{due}延至{until}。",
        "因情况特殊，原定答复期限{due}延至{until}。",
        "In the special circumstances of this case, our reply, due on {due}, will reach you by {until}.",
    ),
    "signature_of_system": ("投訴管理部", "投诉管理部", "Complaints Department"),
    "mail_body": (
        "{salutation}\n\n請見附件中的{title}（文號 {letter_number}）。\n\n{company}\n{time}\n",
        "{salutation}\n\n请见附件中的{title}（文号 {letter_number}）。\n\n{company}\n{time}\n",
        "{salutation}\n\nPlease find attached our letter “{title}” (no. {letter_number}).\n\n{company}\n{time}\n",
    ),
    "mail_subject": (
        "{title}（投訴編號 {number}）",
        "{title}（投诉编号 {number}）",
        "{title} (complaint no. {number})",
    ),
    # the sheet
    "title.reply": ("投訴回復函", "投诉回复函", "Reply to your complaint"),
    "title.reply.consultation": ("咨詢回復函", "咨询回复函", "Reply to your question"),
    "title.reply.suggestion": ("建議回復函", "建议回复函", "Reply to your suggestion"),
    "title.refusal": ("不予受理通知書", "不予受理通知书", "Why we cannot take on your complaint"),
    "title.extension_notice": ("延期答復通知書", "延期答复通知书", "Notice of extension"),
    "title.preliminary_opinion": ("初步處理意見", "初步处理意见", "Preliminary opinion"),
    "title.review_decision": ("復查決定書", "复查决定书", "Decision on your review"),
    "title.withdrawal_confirmation": ("投訴撤回確認書", "投诉撤回确认书", "Confirmation of withdrawal"),
    "heading.summary": ("投訴內容", "投诉内容", "Your complaint"),
    "heading.summary.consultation": ("咨詢內容", "咨询内容", "Your question"),
    "heading.summary.suggestion": ("建議內容", "建议内容", "Your suggestion"),
    "heading.summary.refusal": ("您反映的事項", "您反映的事项", "What you told us"),
    "heading.analysis": ("情況分析", "情况分析", "What we found"),
    "heading.analysis.refusal": ("不予受理的理由", "不予受理的理由", "Our decision"),
    "heading.analysis.extension_notice": ("延期說明", "延期说明", "Why we need more time"),
    "heading.analysis.preliminary_opinion": ("初步處理意見", "初步处理意见", "Our preliminary opinion"),
    "heading.summary.review_decision": ("復查申請", "复查申请", "Your request"),
    "heading.analysis.review_decision": ("復查理由", "复查理由", "Our reasons"),
    "heading.measures.review_decision": ("復查決定的執行", "复查决定的执行", "What follows"),
    "heading.review.review_decision": ("其他救濟途徑", "其他救济途径", "Where else you can turn"),
    "heading.measures": ("處理措施", "处理措施", "What we do about it"),
    "heading.measures.refusal": ("您可以求助的部門", "您可以求助的部门", "Where you can turn"),
    "heading.answers": ("對您所提事項的答覆", "对您所提事项的答复", "Our answers to what you raised"),
    "not_established": ("經查，未能確認。", "经查，未能确认。", "We could not establish this. "),
    "heading.review": ("復查權利", "复查权利", "Your right of review"),
    "platform_reference": ("來源平臺及編號", "来源平台及编号", "Platform and its reference:"),
    "letter_number": ("文號", "文号", "Letter no."),
    "complaint_number": ("投訴編號", "投诉编号", "Complaint no."),
    "draft": ("草　稿", "草　稿", "DRAFT"),
    "seal": ("（公章）", "（公章）", "Company seal"),
    "signature": ("回復人：", "回复人：", "Signed: "),
    "compliments_1": ("此致", "此致", "Yours sincerely,"),
    "compliments_2": ("敬禮！", "敬礼！", ""),
}
_INDEX: Final[dict[Language, int]] = {"zh-Hant": 0, "zh-Hans": 1, "en": 2}
_NUMERALS: Final = "一二三四五六"


def words(key: str, language: Language, **values: object) -> str:
    """Return the set words for ``key``; values are put in as they are and never read as words to fill in."""
    template = SETTINGS[key][_INDEX[language]]
    return template.format(**values) if values else template


def title(purpose: str, kind: str | None, language: Language) -> str:
    """Return what stands at the head of a letter; who asked or suggested something has not complained."""
    key = f"title.{purpose}.{kind}"
    return words(key if key in SETTINGS else f"title.{purpose}", language)


def heading(part: str, purpose: str, kind: str | None, number: int, language: Language) -> str:
    """Return a part's heading, numbered from 0 in Chinese."""
    keys = (f"heading.{part}.{purpose}", f"heading.{part}.{kind}", f"heading.{part}")
    text = words(next(key for key in keys if key in SETTINGS), language)
    return text if language == "en" else f"{_NUMERALS[number]}、{text}"


def day(of: date | datetime, language: Language) -> str:
    """Return a date as people write it; an instant counts in the office's zone."""
    local = of.astimezone(SHANGHAI).date() if isinstance(of, datetime) else of
    if language == "en":
        return f"{local.day} {local:%B} {local.year}"
    return f"{local.year}年{local.month}月{local.day}日"


def moment(of: datetime, language: Language) -> str:
    """Return an instant as people write it, in the office's zone."""
    local = of.astimezone(UTC).astimezone(SHANGHAI)
    return f"{day(of, language)}, {local:%H:%M}" if language == "en" else f"{day(of, language)} {local:%H:%M}"
