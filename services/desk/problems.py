"""What the desk itself refuses, in three languages."""

from shared.errors import define

define(
    {
        "wrong_credentials": (
            "用戶名或密碼不正確。",
            "用户名或密码不正确。",
            "The user name or the password is not right.",
        ),
        "too_many_sign_ins": (
            "嘗試次數過多，請在 15 分鐘後再試。",
            "尝试次数过多，请在 15 分钟后再试。",
            "Too many tries; please wait 15 minutes.",
        ),
        "form_expired": (
            "頁面已過期，請再按一次。",
            "页面已过期，请再按一次。",
            "The page was too old; please press the button again.",
        ),
        "session_ended": (
            "您已登出或登入已過期，請重新登入；您填寫的內容保留在此瀏覽器中。",
            "您已退出或登录已过期，请重新登录；您填写的内容保留在此浏览器中。",
            "You have been signed out; please sign in again. What you typed is kept in this browser.",
        ),
        "grant_not_supported": (
            "只支援 password 授權方式。",
            "只支持 password 授权方式。",
            "Only the password grant is supported.",
        ),
        "username_taken": ("此用戶名已存在。", "此用户名已存在。", "This user name is taken."),
        "password_too_short": (
            "密碼至少 10 個字元。",
            "密码至少 10 个字符。",
            "A password has at least 10 characters.",
        ),
        "account_not_found": ("找不到此帳號。", "找不到此账号。", "There is no such account."),
        "username_wrong": (
            "用戶名只能用小寫字母、數字、點、底線和連字號。",
            "用户名只能用小写字母、数字、点、下划线和连字符。",
            "A user name has small letters, digits, dots, underscores and hyphens.",
        ),
        "not_yourself": (
            "不能停用自己的帳號。",
            "不能停用自己的账号。",
            "You cannot close your own account.",
        ),
    }
)
