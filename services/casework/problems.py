"""What casework refuses, in three languages."""

from shared import errors

errors.define(
    {
        "not_your_case": (
            "這宗投訴不由您辦理：只有責任人或其上級主管可以這樣做（6/3.4.2(2)）。",
            "这宗投诉不由您办理：只有责任人或其上级主管可以这样做（6/3.4.2(2)）。",
            "This is not your case: only the officer, or a supervisor above, may do this (6/3.4.2(2)).",
        ),
        "not_yours_to_determine": (
            "一級和二級投訴的處理意見須由主管確定（4/5.2.9(1)）。",
            "一级和二级投诉的处理意见须由主管确定（4/5.2.9(1)）。",
            "At levels 1 and 2 a supervisor determines the opinion (4/5.2.9(1)).",
        ),
        "supervisor_needed": ("這一步須由主管執行。", "这一步须由主管执行。", "Only a supervisor may do this."),
        "officer_unfit": (
            "不能承辦此案：不存在、已停用、無此權限、不屬該部門，或須迴避（4/5.2.2）",
            "不能承办此案：不存在、已停用、无此权限、不属该部门，或须回避（4/5.2.2）",
            "cannot have this case: unknown, inactive, not able, of another department, or must keep away (4/5.2.2)",
        ),
        "department_unfit": (
            "不能承辦此案：不存在，負責人須迴避，或沒有可承辦的人員（4/5.2.2）",
            "不能承办此案：不存在，负责人须回避，或没有可承办的人员（4/5.2.2）",
            "cannot have this case: unknown, its head must keep away, or nobody is free to (4/5.2.2)",
        ),
        "already_accepted": ("已經接受了。", "已经接受了。", "It has been accepted already."),
        "already_planned": (
            "調查已經開始，計劃不能再改。",
            "调查已经开始，计划不能再改。",
            "The investigation has begun; its plan stands.",
        ),
        "plan_needed": (
            "開始調查前須有調查準備：由誰、何時、在何處調查（3/3.1）。",
            "开始调查前须有调查准备：由谁、何时、在何处调查（3/3.1）。",
            "An investigation begins with a plan: who investigates, when and where (3/3.1).",
        ),
        "dispute_open": (
            "分配有爭議，須先裁決（6/3.4.2(2)）。",
            "分配有争议，须先裁决（6/3.4.2(2)）。",
            "The assignment is disputed: the decision comes first (6/3.4.2(2)).",
        ),
        "no_dispute": (
            "目前沒有分配爭議。",
            "目前没有分配争议。",
            "The assignment is not disputed.",
        ),
        "not_the_arbiter": (
            "分配爭議由投訴管理部門或其上級中與雙方無關的主管裁決（6/3.4.2(2)）。",
            "分配争议由投诉管理部门或其上级中与双方无关的主管裁决（6/3.4.2(2)）。",
            "A supervisor of the complaints department, or above it, who is no party decides (6/3.4.2(2)).",
        ),
        "evidence_needed": (
            "處理意見須以證據為依據（4/5.2.1）",
            "处理意见须以证据为依据（4/5.2.1）",
            "is needed: an opinion rests on evidence, unless it could not be established (4/5.2.1)",
        ),
        "evidence_unknown": (
            "不是本案的證據或調查記錄（4/5.2.1）",
            "不是本案的证据或调查记录（4/5.2.1）",
            "is no evidence or session of this case (4/5.2.1)",
        ),
        "measure_not_done": (
            "措施尚未完成，無從檢視效果（4/5.2.9(3)）。",
            "措施尚未完成，无从检视效果（4/5.2.9(3)）。",
            "The measure is not done; there is no effect to look at (4/5.2.9(3)).",
        ),
        "effect_too_early": (
            "現在檢視效果為時過早；{opens_on} 起可以記錄（4/5.2.9(3)）。",
            "现在检视效果为时过早；{opens_on} 起可以记录（4/5.2.9(3)）。",
            "It is too early to see an effect; it can be recorded from {opens_on} (4/5.2.9(3)).",
        ),
        "effect_known": (
            "這次效果檢視已經記錄。",
            "这次效果检视已经记录。",
            "This look at the effect is on record already.",
        ),
        "no_such_look": (
            "不是規定的檢視期限（4/5.2.9(3)）",
            "不是规定的检视期限（4/5.2.9(3)）",
            "is not when effects are looked at (4/5.2.9(3))",
        ),
        "no_investigation": (
            "尚無已結束的調查（4/5.2.8(3)）。",
            "尚无已结束的调查（4/5.2.8(3)）。",
            "There is no investigation that has ended (4/5.2.8(3)).",
        ),
        "investigation_over": ("調查已經結束。", "调查已经结束。", "The investigation has ended."),
        "record_needed": (
            "結束調查前須有調查記錄（3/3.3）。",
            "结束调查前须有调查记录（3/3.3）。",
            "An investigation ends with at least one session on record (3/3.3).",
        ),
        "opinion_not_ready": (
            "還不能提出處理意見：調查、報告和原因須先完成（4/5.2.9(1)）。",
            "还不能提出处理意见：调查、报告和原因须先完成（4/5.2.9(1)）。",
            "The opinion cannot be proposed yet: investigation, report and cause come first (4/5.2.9(1)).",
        ),
        "no_opinion": ("尚未提出處理意見。", "尚未提出处理意见。", "No opinion has been proposed yet."),
        "not_investigated": (
            "咨詢和建議不經調查（6/3.4.2(1)）。",
            "咨询和建议不经调查（6/3.4.2(1)）。",
            "Consultations and suggestions are not investigated (6/3.4.2(1)).",
        ),
        "measure_not_found": ("找不到這項整改措施。", "找不到这项整改措施。", "There is no such measure."),
        "measure_over": (
            "這項整改措施已經完成或移交。",
            "这项整改措施已经完成或移交。",
            "The measure is done or handed over already.",
        ),
        "urging_not_found": ("找不到這次催辦。", "找不到这次催办。", "There is no such urging."),
        "urging_over": (
            "這次催辦已經答覆或失效。",
            "这次催办已经答复或失效。",
            "The urging is answered or has lapsed.",
        ),
        "urged_today": (
            "今天已經催辦過；每個工作日可催辦一次（6/3.4.3(2)）。",
            "今天已经催办过；每个工作日可催办一次（6/3.4.3(2)）。",
            "It has been urged today; once a working day is possible (6/3.4.3(2)).",
        ),
        "promise_not_found": ("找不到這項承諾。", "找不到这项承诺。", "There is no such promise."),
        "promise_over": ("這項承諾已經履行。", "这项承诺已经履行。", "The promise has been kept already."),
        "finding_not_found": ("找不到這次跟蹤。", "找不到这次跟踪。", "There is no such follow-up."),
        "finding_noted": ("已經知悉。", "已经知悉。", "Note was taken of it already."),
        "a_look_asks_nobody": (
            "查看時沒有詢問投訴人，不能記錄滿意度（6/3.4.7(1)）",
            "查看时没有询问投诉人，不能记录满意度（6/3.4.7(1)）",
            "is asked on the phone or on site, not by a look (6/3.4.7(1))",
        ),
        "already_paused": ("已因同一原因暫停。", "已因同一原因暂停。", "It is paused for this reason already."),
        "not_paused": ("目前沒有暫停。", "目前没有暂停。", "It is not paused."),
        "no_alarm": ("目前沒有響著的警報。", "目前没有响着的警报。", "No alarm is ringing for this complaint."),
        "level_unfit": (
            "投訴須有級別；咨詢和建議沒有級別（2/1.1.14）",
            "投诉须有级别；咨询和建议没有级别（2/1.1.14）",
            "is needed for a complaint, and for nothing else (2/1.1.14)",
        ),
        "topic_unfit": (
            "不屬於這項服務（2/1.1.12）",
            "不属于这项服务（2/1.1.12）",
            "belongs to another service (2/1.1.12)",
        ),
        "nothing_changed": ("分類沒有變更。", "分类没有变更。", "Nothing was changed."),
        "accountability_level": (
            "問責記錄只適用於三級投訴（2/1.1.16(3)）。",
            "问责记录只适用于三级投诉（2/1.1.16(3)）。",
            "Accountability is recorded at level 3 (2/1.1.16(3)).",
        ),
        "not_ready_to_close": (
            "還不能辦結：仍有未完成的事項（4/5.2.11(1)）。",
            "还不能办结：仍有未完成的事项（4/5.2.11(1)）。",
            "It cannot be closed yet: something is still open (4/5.2.11(1)).",
        ),
        "basis_does_not_fit": (
            "辦結依據與案件不符。",
            "办结依据与案件不符。",
            "This basis does not fit the case.",
        ),
        "never_registered": (
            "這宗投訴未曾登記，沒有可重新辦理的案件。",
            "这宗投诉未曾登记，没有可重新办理的案件。",
            "This complaint was never registered: there is no case to re-open.",
        ),
        "evidence_elsewhere": (
            "附件須為本投訴提交",
            "附件须为本投诉提交",
            "is to be handed in for this complaint",
        ),
        "evidence_not_found": (
            "找不到這個附件",
            "找不到这个附件",
            "is no attachment that is known",
        ),
        "text_or_attachment": (
            "須有文字或附件，二者其一",
            "须有文字或附件，二者其一",
            "needs either a text or an attachment",
        ),
        "department_unknown": (
            "沒有這個部門",
            "没有这个部门",
            "is no department of this office",
        ),
        "head_unknown": (
            "沒有這名人員",
            "没有这名人员",
            "is no officer of this office",
        ),
        "tree_broken": (
            "部門須成一棵樹，且只有一個總部",
            "部门须成一棵树，且只有一个总部",
            "would break the tree of departments with its one root",
        ),
        "shift_length": (
            "須在開始之後，且不超過七天",
            "须在开始之后，且不超过七天",
            "has to lie after the beginning, by a week at most",
        ),
        "not_fit_for_duty": (
            "不能值班：須為在職的接線員、經辦人或主管（2/1.1.16(1)）",
            "不能值班：须为在职的接线员、经办人或主管（2/1.1.16(1)）",
            "cannot be on duty: an active operator, handler or supervisor is needed (2/1.1.16(1))",
        ),
        "own_deputy": ("須是另一個人", "须是另一个人", "has to be somebody else"),
        "on_duty_already": (
            "該人員在這段時間已有同類班次。",
            "该人员在这段时间已有同类班次。",
            "This officer has such a shift in that time already.",
        ),
        "shift_not_found": ("沒有這個班次。", "没有这个班次。", "There is no such shift."),
        "not_your_shift": (
            "只有當班人員、其替班人或主管可以交接（2/1.1.16(1)）。",
            "只有当班人员、其替班人或主管可以交接（2/1.1.16(1)）。",
            "Only those on the shift, or a supervisor, may hand it over (2/1.1.16(1)).",
        ),
        "shift_not_running": (
            "這個班次現在沒有進行，不能交接。",
            "这个班次现在没有进行，不能交接。",
            "This shift does not run now; there is nothing to hand over.",
        ),
        "shift_begun": (
            "班次已經開始，只能交接。",
            "班次已经开始，只能交接。",
            "The shift has begun; it can only be handed over.",
        ),
        "not_level_1": (
            "應急預案只用於一級投訴，或響過警報的投訴（2/1.1.16(1)）。",
            "应急预案只用于一级投诉，或响过警报的投诉（2/1.1.16(1)）。",
            "An emergency plan is for level 1, or where an alarm has rung (2/1.1.16(1)).",
        ),
        "plan_running": ("應急預案已在進行。", "应急预案已在进行。", "An emergency plan runs already."),
        "no_plan_runs": ("目前沒有進行中的應急預案。", "目前没有进行中的应急预案。", "No emergency plan is running."),
        "emergency_step_not_found": (
            "找不到這個應急步驟。",
            "找不到这个应急步骤。",
            "There is no such step of an emergency plan.",
        ),
        "emergency_step_done": (
            "這個步驟已經完成。",
            "这个步骤已经完成。",
            "This step is done already.",
        ),
        "why_not_restored": (
            "沒有恢復時間的，須說明為何無須恢復",
            "没有恢复时间的，须说明为何无须恢复",
            "has to say why nothing had to be restored, where there is no time",
        ),
        "before_complaint": (
            "不能早於投訴的接收時間",
            "不能早于投诉的接收时间",
            "lies before the complaint was received",
        ),
        "cannot_be_asked": (
            "不能請該部門協辦：不存在、就是承辦部門，或負責人須迴避（4/5.2.2）",
            "不能请该部门协办：不存在、就是承办部门，或负责人须回避（4/5.2.2）",
            "cannot be asked: unknown, the case's own department, or its head must keep away (4/5.2.2)",
        ),
        "sub_task_not_found": ("找不到這項協辦。", "找不到这项协办。", "There is no such sub-task."),
        "not_your_department": (
            "只有被請求協辦的部門可以答覆（4/5.2.8(1)）。",
            "只有被请求协办的部门可以答复（4/5.2.8(1)）。",
            "Only the department that was asked may answer (4/5.2.8(1)).",
        ),
        "sub_task_answered": ("這項協辦已經答覆。", "这项协办已经答复。", "The sub-task is answered already."),
        "in_future": (
            "不能在將來",
            "不能在将来",
            "lies in the future",
        ),
        "calibrated_afterwards": (
            "儀器須在檢測之前校準（3/m3.1）",
            "仪器须在检测之前校准（3/m3.1）",
            "lies after the first reading: the instrument is calibrated before the test (3/m3.1)",
        ),
        "in_past": (
            "不能在過去",
            "不能在过去",
            "lies in the past",
        ),
        "incident_over": (
            "這個事件已經結束。",
            "这个事件已经结束。",
            "This incident is over.",
        ),
        "incident_elsewhere": (
            "投訴 {number} 已屬於一個事件；請先移出。",
            "投诉 {number} 已属于一个事件；请先移出。",
            "Complaint {number} belongs to an incident already; take it out of that one first.",
        ),
        "incident_kind": (
            "{number} 是咨詢或建議，不經調查，不能併入事件（6/3.4.2(1)）。",
            "{number} 是咨询或建议，不经调查，不能并入事件（6/3.4.2(1)）。",
            "{number} is a consultation or a suggestion: it is not investigated and joins no incident (6/3.4.2(1)).",
        ),
        "incident_unfair": (
            "投訴 {number} 點名了主辦人員或其下屬，不能併入這個事件（4/5.2.2）。",
            "投诉 {number} 点名了主办人员或其下属，不能并入这个事件（4/5.2.2）。",
            "Complaint {number} names who leads the investigation, or somebody they lead: it cannot join (4/5.2.2).",
        ),
        "incident_not_found": ("找不到這個事件。", "找不到这个事件。", "There is no such incident."),
        "not_a_member": (
            "這宗投訴不屬於這個事件。",
            "这宗投诉不属于这个事件。",
            "This complaint does not belong to the incident.",
        ),
        "several_services": (
            "須屬於同一項服務",
            "须属于同一项服务",
            "are of several services; an incident has one",
        ),
        "twice": ("有重複", "有重复", "names one twice"),
        "leads_without_belonging": (
            "主辦投訴須是其中之一",
            "主办投诉须是其中之一",
            "the leading complaint must be one of them",
        ),
        "outage_not_found": ("找不到這項計劃中斷。", "找不到这项计划中断。", "There is no such planned outage."),
        "outage_cancelled": ("已經取消了。", "已经取消了。", "It has been cancelled already."),
        "ends_before_it_begins": ("須在開始之後", "须在开始之后", "must come after the beginning"),
    }
)
