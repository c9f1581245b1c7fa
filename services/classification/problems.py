"""What classification refuses, in three languages."""

from shared import errors

errors.define(
    {
        "model_in_the_making": (
            "正在做一個模型，請稍候。",
            "正在做一个模型，请稍候。",
            "A model is being made; wait a little.",
        ),
        "model_of_an_older_program": (
            "這個模型由舊版程式做成，現已不能使用，請重新做一個。",
            "这个模型由旧版程序做成，现已不能使用，请重新做一个。",
            "This model was made by an older program and can no longer be used; make one anew.",
        ),
    }
)
