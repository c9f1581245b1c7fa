"""Reply's own problems, in three languages."""

from shared.errors import define

define(
    {
        "letter_incomplete": (
            "信函不符合規定格式，缺少：{missing_labels}（5/2.2、5/2.3）。",
            "信函不符合规定格式，缺少：{missing_labels}（5/2.2、5/2.3）。",
            "The letter lacks parts of the prescribed form: {missing_labels} (5/2.2, 5/2.3).",
        ),
        "matters_unanswered": (
            "投訴提出的事項須逐項答覆，第 {matters} 項尚未答覆（5/1.1）。",
            "投诉提出的事项须逐项答复，第 {matters} 项尚未答复（5/1.1）。",
            "Each matter that was raised is to be answered; these are open still: {matters} (5/1.1).",
        ),
        "not_spoken": (
            "只有當面或電話告知時才能當場詢問意見（3/5.1）",
            "只有当面或电话告知时才能当场询问意见（3/5.1）",
            "can only be asked for in person or by phone (3/5.1)",
        ),
        "matter_open": ("尚未答覆", "尚未答复", "is not answered yet"),
        "nothing_answered": (
            "回復至少須答覆一項投訴事項（5/1.1）。",
            "回复至少须答复一项投诉事项（5/1.1）。",
            "A reply answers at least one of the matters raised (5/1.1).",
        ),
        "answer_without_evidence": (
            "答覆須指明所依據的證據、調查或措施；查不清的，請如實說明「無法確認」（5/1.1）。",
            "答复须指明所依据的证据、调查或措施；查不清的，请如实说明“无法确认”（5/1.1）。",
            "An answer names what carries it (evidence, session, measure), or says that it could not be established.",
        ),
        "evidence_of_nothing": (
            "無法確認的事項不應附證據。",
            "无法确认的事项不应附证据。",
            "What could not be established has no evidence.",
        ),
        "evidence_not_of_case": (
            "所選證據不屬於本案。",
            "所选证据不属于本案。",
            "That is no evidence, session or measure of this case.",
        ),
        "merge_into_another": (
            "只能合併到本函中另一項未合併、未刪除的事項。",
            "只能合并到本函中另一项未合并、未删除的事项。",
            "A matter is merged into another one of this letter that stands for itself.",
        ),
        "service_has_company": (
            "服務（{services}）已屬於另一公司：{company}。",
            "服务（{services}）已属于另一公司：{company}。",
            "These services are another company's ({company}): {services}.",
        ),
        "wrong_notice_state": (
            "通知目前的狀態（{state}）不允許這一步。",
            "通知目前的状态（{state}）不允许这一步。",
            "The notice is “{state}”; this step is not possible now.",
        ),
        "letter_language": (
            "信函的措辭還不能發出（5/1.2、4/5.2.5）：請修改標出的地方。",
            "信函的措辞还不能发出（5/1.2、4/5.2.5）：请修改标出的地方。",
            "The letter cannot go out in these words (5/1.2, 4/5.2.5): change the places that are marked.",
        ),
        "letter_offence": ("含冒犯的字眼", "含冒犯的字眼", "holds offensive words"),
        "letter_discrimination": ("含歧視的字眼", "含歧视的字眼", "holds discriminating words"),
        "letter_personal_data": (
            "載有電話、證件號碼或電子郵件",
            "载有电话、证件号码或电子邮件",
            "carries a telephone number, an identity number or an e-mail address",
        ),
        "author_may_not_check": (
            "起草人不能審核自己的信函。",
            "起草人不能审核自己的信函。",
            "Who wrote at a letter may not check it.",
        ),
        "author_may_not_sign": (
            "起草人不能簽發自己的信函。",
            "起草人不能签发自己的信函。",
            "Who wrote at a letter may not sign it.",
        ),
        "checker_may_not_sign": (
            "一級和二級投訴的審核人不能簽發同一信函。",
            "一级和二级投诉的审核人不能签发同一信函。",
            "At levels 1 and 2, who checked a letter may not sign it.",
        ),
        "supervisor_must_sign": (
            "一級和二級投訴的信函須由主管簽發。",
            "一级和二级投诉的信函须由主管签发。",
            "At levels 1 and 2, a supervisor signs the letter.",
        ),
        "only_author_submits": (
            "只有起草人可以提交信函。",
            "只有起草人可以提交信函。",
            "Only someone who wrote at the letter submits it.",
        ),
        "wrong_letter_state": (
            "信函目前的狀態（{state}）不允許這一步。",
            "信函目前的状态（{state}）不允许这一步。",
            "The letter is “{state}”; this step is not possible now.",
        ),
        "signed_under_easier_rule": (
            "投訴級別已提高，此信函的審核與簽發不再符合規定：請退回並重新起草。",
            "投诉级别已提高，此信函的审核与签发不再符合规定：请退回并重新起草。",
            "The level was raised; check and signature are no longer enough. Return the letter and draft it anew.",
        ),
        "earlier_round": (
            "投訴已重新辦理，此信函屬於上一輪，不能再發出。",
            "投诉已重新办理，此信函属于上一轮，不能再发出。",
            "The complaint was re-opened since; this letter belongs to the round before.",
        ),
        "reply_exists": (
            "本輪已有一封回復。",
            "本轮已有一封回复。",
            "There is a reply for this round already.",
        ),
        "way_not_possible": (
            "投訴人沒有留下這種方式所需的聯繫信息。",
            "投诉人没有留下这种方式所需的联系信息。",
            "The complainant cannot be reached in this way.",
        ),
        "opinion_not_determined": (
            "處理意見尚未確定，不能反饋結果（4/5.2.9）。",
            "处理意见尚未确定，不能反馈结果（4/5.2.9）。",
            "No opinion is determined yet: there is no result to tell (4/5.2.9).",
        ),
        "no_reply_due": (
            "目前沒有可以延長的回復期限。",
            "目前没有可以延长的回复期限。",
            "There is no reply deadline to extend.",
        ),
        "deadline_passed": (
            "回復期限已過，不能再延長（5/3.4）。",
            "回复期限已过，不能再延长（5/3.4）。",
            "The deadline has passed; it can no longer be extended (5/3.4).",
        ),
        "extension_out_of_range": (
            "新日期須晚於原期限，且最遲為 {latest}（原期限後 10 個工作日）。",
            "新日期须晚于原期限，且最迟为 {latest}（原期限后 10 个工作日）。",
            "The new date must be after the one it replaces, and no later than {latest} (10 working days).",
        ),
        "extension_exists": (
            "該期限已有延期申請。",
            "该期限已有延期申请。",
            "An extension of this deadline has been asked for already.",
        ),
        "requester_may_not_approve": (
            "申請人不能審批自己的延期申請。",
            "申请人不能审批自己的延期申请。",
            "Who asked for an extension may not decide on it.",
        ),
        "higher_department_must_approve": (
            "再次延期須由上一級部門的主管審批。",
            "再次延期须由上一级部门的主管审批。",
            "A second extension is decided by a supervisor of the next higher department.",
        ),
        "wrong_extension_state": (
            "延期目前的狀態（{state}）不允許這一步。",
            "延期目前的状态（{state}）不允许这一步。",
            "The extension is “{state}”; this step is not possible now.",
        ),
        "reply_is_out": (
            "回復已發出，無須再延期（5/3.4）。",
            "回复已发出，无须再延期（5/3.4）。",
            "The reply has gone out; there is nothing to extend any more (5/3.4).",
        ),
        "notice_too_late": (
            "原期限已過，延期通知須在期限前作出（5/3.4）。",
            "原期限已过，延期通知须在期限前作出（5/3.4）。",
            "The deadline has passed; an extension must be told in advance (5/3.4).",
        ),
        "review_too_late": (
            "申請復查的期限（回復之日起 30 日）已過。",
            "申请复查的期限（回复之日起 30 日）已过。",
            "A review can be asked for within 30 days of the reply; that time is over.",
        ),
        "review_exists": (
            "已經申請過復查；復查決定在公司內部為最終決定。",
            "已经申请过复查；复查决定在公司内部为最终决定。",
            "A review has been asked for already; its decision is final within the company.",
        ),
        "review_over": (
            "復查已有結果。",
            "复查已有结果。",
            "The review has its result already.",
        ),
        "no_reviewer": (
            "復查部門沒有未參與原處理的復查人。",
            "复查部门没有未参与原处理的复查人。",
            "The reviewing department has no reviewer who had no part in the decision.",
        ),
        "reviewer_unfit": (
            "不能復查此案：不是復查部門的復查人，參與過原處理，或須迴避（4/5.2.2）",
            "不能复查此案：不是复查部门的复查人，参与过原处理，或须回避（4/5.2.2）",
            "cannot review this: no reviewer there, had a part in the decision, or must keep away (4/5.2.2)",
        ),
        "not_the_reviewer": (
            "只有此案的復查人可以這樣做。",
            "只有此案的复查人可以这样做。",
            "Only the reviewer of this case may do this.",
        ),
        "not_reviewing_department": (
            "只有負責復查的部門或其上級可以這樣做（4/5.2.10(2)）。",
            "只有负责复查的部门或其上级可以这样做（4/5.2.10(2)）。",
            "Only the reviewing department, or one above it, may do this (4/5.2.10(2)).",
        ),
        "decided_it_themselves": (
            "參與過原處理的人員不能審核或簽發復查決定書。",
            "参与过原处理的人员不能审核或签发复查决定书。",
            "Who had a part in the decision may not check or sign the letter of its review.",
        ),
        "visit_by_another_unit": (
            "回訪須由辦理部門以外的單位進行（3/5.2）。",
            "回访须由办理部门以外的单位进行（3/5.2）。",
            "A return visit is made by a unit other than the handler's (3/5.2).",
        ),
        "not_visiting_unit": (
            "此回訪由另一單位負責（3/5.2）。",
            "此回访由另一单位负责（3/5.2）。",
            "Another unit makes this return visit (3/5.2).",
        ),
        "visit_over": ("回訪已有結果。", "回访已有结果。", "The return visit is over."),
        "visit_attempts_needed": (
            "記錄 {attempts} 次聯繫後，才能記為聯繫不上（3/5.2）。",
            "记录 {attempts} 次联系后，才能记为联系不上（3/5.2）。",
            "Somebody cannot be reached once {attempts} attempts are on record (3/5.2).",
        ),
        "question_unknown": ("不是回訪的問題", "不是回访的问题", "is no question of the return visit"),
        "question_open": ("尚未回答", "尚未回答", "is not answered"),
        "unit_unfit": (
            "不能回訪：沒有這個部門，或正是辦理部門",
            "不能回访：没有这个部门，或正是办理部门",
            "cannot visit: no such department, or the one that handled it",
        ),
        "not_a_suggestion": ("這不是建議。", "这不是建议。", "This is not a suggestion."),
        "suggestion_told": (
            "建議的處理情況已經告知。",
            "建议的处理情况已经告知。",
            "What became of the suggestion has been told already.",
        ),
        "no_attempt": ("請說明投遞情況。", "请说明投递情况。", "Say how the delivery went."),
    }
)
