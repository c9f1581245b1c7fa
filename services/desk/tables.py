"""What the desk keeps: who may sign in, who is signed in, and how people like to look. Nothing of any complaint."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NOW = text("clock_timestamp()")


class Base(DeclarativeBase):
    """The desk's own tables."""


class Account(Base):
    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("username = lower(username) AND username <> ''", name="account_username_is_lower_case"),
        CheckConstraint("cardinality(roles) > 0", name="account_has_a_role"),
        CheckConstraint("language IN ('zh-Hant', 'zh-Hans', 'en')", name="account_language_is_known"),
    )
    username: Mapped[str] = mapped_column(Text, primary_key=True)
    password_hash: Mapped[str] = mapped_column(Text)
    officer: Mapped[str] = mapped_column(Text, comment="the officer's id, the subject of the tokens")
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    department: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text, comment="null: the browser's")
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)


class BrowserSession(Base):
    __tablename__ = "browser_sessions"
    __table_args__ = (
        Index("browser_sessions_of_account", "username"),
        Index("browser_sessions_to_sweep", "expires_at"),
        CheckConstraint("expires_at > seen_at", name="session_ends_after_it_was_seen"),
    )
    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, comment="SHA-256 of the cookie")
    username: Mapped[str] = mapped_column(ForeignKey("accounts.username", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class FailedSignIn(Base):
    __tablename__ = "failed_sign_ins"
    __table_args__ = (
        Index("failed_sign_ins_of_username", "username", "at"),
        Index("failed_sign_ins_of_address", "address", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[bytes] = mapped_column(LargeBinary, comment="HMAC: people type passwords into the wrong field")
    address: Mapped[bytes] = mapped_column(LargeBinary, comment="HMAC of where it came from")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)


class SavedView(Base):
    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("username", "name", name="saved_view_name_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("accounts.username", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    choices: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="codes and dates only, never searched words")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)
