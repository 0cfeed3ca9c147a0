"""Every table, in the order of a message."""

from odzew.api.once import Once
from odzew.channels.models import Account, Handed
from odzew.conversations.alike import Alike, Mark
from odzew.conversations.call import Call, CallEvent, Line, Recorded
from odzew.conversations.draft import Draft
from odzew.conversations.enclosed import DraftFile
from odzew.conversations.fact import Fact
from odzew.conversations.follower import Follower
from odzew.conversations.glance import Glance
from odzew.conversations.happening import Happening
from odzew.conversations.matters import Parting, Union
from odzew.conversations.merge import Merge
from odzew.conversations.models import Attachment, Blob, Conversation, Message, Verdict
from odzew.conversations.own_field import OwnField
from odzew.conversations.rating import Rating
from odzew.conversations.rule import Rule, Ruled
from odzew.conversations.signature import Signature
from odzew.conversations.snippet import Snippet
from odzew.conversations.snooze import Snooze
from odzew.conversations.tag import Tag, Tagged
from odzew.conversations.visitor import Visitor
from odzew.customers.models import Customer, Identity
from odzew.hearing.models import Heard
from odzew.imports.models import Imported
from odzew.intake.models import Raw, Wanted
from odzew.ledger.models import Entry, Head, Load, Owed
from odzew.notices.digests import Digest
from odzew.notices.models import Bell, Follow, Notice, Told, Watch
from odzew.notices.pushing import Browser, Push, VapidKey
from odzew.notices.tuning import Tuning
from odzew.orders.models import Item, Order, Shop
from odzew.orders.payment import Payment, Subscription
from odzew.portal.models import Code
from odzew.probes.models import Outage, Probe
from odzew.search.models import Indexed, IndexState, SavedView, ToIndex
from odzew.staff.absence import Absence, Cover
from odzew.staff.answer_time import AnswerTime
from odzew.staff.brand import Brand
from odzew.staff.calendars import Feed, Proposal, Source
from odzew.staff.log import StaffAct, StaffLog
from odzew.staff.models import AccountTeam, Person, Team
from odzew.staff.sessions import SignedIn
from odzew.staff.token import Token
from odzew.webhooks.models import Delivery, Followed, Stirred, Webhook

__all__ = [
    "Absence",
    "Account",
    "AccountTeam",
    "AnswerTime",
    "Alike",
    "Bell",
    "Mark",
    "Attachment",
    "Blob",
    "Brand",
    "Browser",
    "Call",
    "CallEvent",
    "Code",
    "Conversation",
    "Cover",
    "Customer",
    "Delivery",
    "Digest",
    "Draft",
    "DraftFile",
    "Entry",
    "Fact",
    "Follow",
    "Followed",
    "Follower",
    "Feed",
    "Glance",
    "Handed",
    "Happening",
    "Head",
    "Heard",
    "Identity",
    "Line",
    "Load",
    "IndexState",
    "Imported",
    "Indexed",
    "Item",
    "Merge",
    "Message",
    "Notice",
    "Once",
    "Order",
    "OwnField",
    "Outage",
    "Owed",
    "Parting",
    "Payment",
    "Person",
    "Push",
    "Probe",
    "Proposal",
    "Rating",
    "Raw",
    "Recorded",
    "Rule",
    "Ruled",
    "SavedView",
    "Signature",
    "Shop",
    "SignedIn",
    "StaffAct",
    "StaffLog",
    "Snooze",
    "Source",
    "Stirred",
    "Subscription",
    "Tag",
    "Tagged",
    "Snippet",
    "Team",
    "Told",
    "Tuning",
    "VapidKey",
    "Union",
    "Verdict",
    "ToIndex",
    "Visitor",
    "Wanted",
    "Watch",
    "Token",
    "Webhook",
]
