"""What classification refuses, in three languages."""

from shared import errors

errors.define(
    {
        "model_in_the_making": (
            "正在做一個模型，請稍候。",
            "正在做一个模型，请稍候。",
            "A model is being made; wait a little.",
        ),
    }
)
