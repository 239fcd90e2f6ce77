"""What an employee advocacy platform may want to do at a network: the columns of `make networks`.

Each network's file declares those that the network offers to no app of this kind (`Network.not_offered`), with the page
that says so. What works through us is never declared: the contract tests show it.
"""

from __future__ import annotations

from enum import StrEnum


class Ability(StrEnum):
    CONNECT = "connect"
    TEXT = "text"
    LINK_CARD = "link card"  # with the title, words and picture that were approved
    IMAGE = "image"
    VIDEO = "video"
    SETTLE = "look-up or replay"  # after a lost answer
    FIGURES = "figures"
    REPOST = "repost"
    LIKE = "like"
    COMMENT = "comment"
    REVOKE = "revoke"
    ASSISTED = "assisted"  # posted by the person's own hand, with our text
