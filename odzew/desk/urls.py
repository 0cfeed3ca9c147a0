"""The addresses of the screens."""

from django.urls import URLPattern, URLResolver, include, path

from odzew.desk import events, look
from odzew.desk.absences import calendars, feed, team as absence_team, views as absences
from odzew.desk.answertimes import views as answertimes
from odzew.desk.beginning.views import begin
from odzew.desk.brand import views as brand
from odzew.desk.calls import views as calls
from odzew.desk.calls.rang import rang
from odzew.desk.calls.recording import recording
from odzew.desk.chats import views as chats
from odzew.desk.chosen import views as chosen
from odzew.desk.conversation import (
    acts,
    again,
    aside,
    drafting,
    enclosing,
    followers,
    mail,
    previewing,
    snipping,
    views as talk,
    waits,
    writes,
)
from odzew.desk.conversation.unread import unread
from odzew.desk.conversations.views import conversations, seen
from odzew.desk.customers import facts, joining, likely, own_fields, privacy
from odzew.desk.customers.one import customer
from odzew.desk.customers.views import customers
from odzew.desk.doors import views as doors
from odzew.desk.drafts.views import drafts
from odzew.desk.help import views as help_views
from odzew.desk.lines import views as lines
from odzew.desk.logged import seam
from odzew.desk.mailboxes import views as mailboxes
from odzew.desk.matters import views as matters
from odzew.desk.messengers import views as messengers
from odzew.desk.notices import views as notices
from odzew.desk.palette.views import palette
from odzew.desk.paper import views as paper
from odzew.desk.people import views as people
from odzew.desk.quarantine import heard, views as quarantine
from odzew.desk.reports import views as reports
from odzew.desk.rules import views as rules
from odzew.desk.search import saved
from odzew.desk.search.views import search
from odzew.desk.shops import views as shops
from odzew.desk.signatures import views as signatures
from odzew.desk.snippets import views as snippets
from odzew.desk.stafflog import views as stafflog
from odzew.desk.tagging import acts as tag_acts, views as tags
from odzew.desk.teams import views as teams
from odzew.desk.today.views import today
from odzew.desk.tokens import views as tokens
from odzew.desk.webforms import views as webforms
from odzew.desk.webhooks import views as webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today, name="today"),
    path("chosen/", chosen.chosen, name="chosen"),
    path("chosen/hand-over", chosen.hand_over, name="chosen-hand-over"),
    path("chosen/give", chosen.give, name="chosen-give"),
    path("chosen/tag", chosen.tag, name="chosen-tag"),
    path("chosen/snooze", chosen.snooze, name="chosen-snooze"),
    path("notices/", notices.notices, name="notices"),
    path("notices/worker.js", notices.worker, name="push-worker"),
    path("notices/read", notices.read, name="notices-read"),
    path("notices/<int:number>/", notices.one, name="notice"),
    path("chosen/merge", chosen.merge, name="chosen-merge"),
    path("conversations/", conversations, name="conversations"),
    path("conversations/new", begin, name="new-conversation"),
    path("conversations/seen", seen, name="conversations-seen"),
    path("conversations/<int:number>/", talk.conversation, name="conversation"),
    path("conversations/<int:number>/reply", talk.reply, name="conversation-reply"),
    path("conversations/<int:number>/waits", waits.waits, name="conversation-waits"),
    path("conversations/<int:number>/draft", drafting.draft, name="conversation-draft"),
    path("conversations/<int:number>/draft-files", enclosing.files, name="conversation-draft-files"),
    path("conversations/<int:number>/preview", previewing.preview, name="conversation-preview"),
    path(
        "conversations/<int:number>/draft-files/<int:file>",
        previewing.picture,
        name="conversation-draft-picture",
    ),
    path("conversations/<int:number>/snippets", snipping.listed, name="conversation-snippets"),
    path("conversations/<int:number>/snippet", snipping.insert, name="conversation-snippet"),
    path("conversations/<int:number>/promises", talk.promises, name="conversation-promises"),
    path("conversations/<int:number>/follow", followers.follow, name="conversation-follow"),
    path("conversations/<int:number>/unfollow", followers.unfollow, name="conversation-unfollow"),
    path("conversations/<int:number>/unread", unread, name="conversation-unread"),
    path("conversations/<int:number>/writes", writes.writes, name="conversation-writes"),
    path("conversations/<int:number>/close", talk.close, name="conversation-close"),
    path("conversations/<int:number>/note", acts.note, name="conversation-note"),
    path("conversations/<int:number>/promise", acts.promise, name="conversation-promise"),
    path("conversations/<int:number>/kept", acts.kept, name="conversation-kept"),
    path("conversations/<int:number>/new-date", acts.postpone, name="conversation-postpone"),
    path("conversations/<int:number>/give", acts.give, name="conversation-give"),
    path("conversations/<int:number>/hand-over", acts.hand_over, name="conversation-hand-over"),
    path("conversations/<int:number>/waive", acts.waive, name="conversation-waive"),
    path("conversations/<int:number>/ask", acts.ask, name="conversation-ask"),
    path("conversations/<int:number>/again", again.again, name="conversation-again"),
    path("conversations/<int:number>/revoke", acts.revoke, name="conversation-revoke"),
    path("conversations/<int:number>/merge", matters.merge, name="conversation-merge"),
    path("conversations/<int:number>/unmerge", matters.unmerge, name="conversation-unmerge"),
    path("conversations/<int:number>/split", matters.split, name="conversation-split"),
    path("conversations/<int:number>/unsplit", matters.unsplit, name="conversation-unsplit"),
    path("conversations/<int:number>/print", paper.paper, name="conversation-print"),
    path("drafts/", drafts, name="drafts"),
    path("conversations/<int:number>/snooze", aside.snooze, name="conversation-snooze"),
    path("conversations/<int:number>/wake", aside.wake, name="conversation-wake"),
    path("conversations/<int:number>/tag", tag_acts.tag, name="conversation-tag"),
    path("conversations/<int:number>/untag", tag_acts.untag, name="conversation-untag"),
    path("snippets/", snippets.snippets, name="snippets"),
    path("snippets/new", snippets.new, name="snippet-new"),
    path("snippets/<int:number>/", snippets.snippet, name="snippet"),
    path("snippets/<int:number>/delete", snippets.delete, name="snippet-delete"),
    path("signatures/", signatures.signatures, name="signatures"),
    path("signatures/new", signatures.new, name="signature-new"),
    path("signatures/preview", signatures.preview, name="signature-preview"),
    path("signatures/<int:number>/", signatures.signature, name="signature"),
    path("signatures/<int:number>/delete", signatures.delete, name="signature-delete"),
    path("messages/<int:number>/html", mail.html, name="message-html"),
    path("messages/<int:number>/source", mail.source, name="message-source"),
    path("messages/<int:number>/settle", talk.settle, name="message-settle"),
    path("messages/<int:number>/owe", acts.owe, name="message-owe"),
    path("messages/<int:number>/pictures/<int:index>", mail.picture, name="message-picture"),
    path("messages/<int:number>/files/<int:index>", mail.file, name="message-file"),
    path("customers/", customers, name="customers"),
    path("customers/likely", likely.likely_one, name="customers-likely"),
    path("customers/likely/<int:number>/different", likely.different, name="customers-different"),
    path("customers/fields/", own_fields.listed, name="customer-fields"),
    path("customers/fields/new", own_fields.new, name="customer-field-new"),
    path("customers/fields/<int:number>/", own_fields.one, name="customer-field"),
    path("customers/<int:number>/", customer, name="customer"),
    path("customers/<int:number>/fact", facts.learn, name="customer-fact"),
    path("customers/<int:number>/join", joining.join, name="customer-join"),
    path("customers/<int:number>/split", joining.split, name="customer-split"),
    path("customers/<int:number>/give", privacy.give, name="customer-give"),
    path("customers/<int:number>/erase", privacy.erase, name="customer-erase"),
    path("search", search, name="search"),
    path("views/keep", saved.keep, name="view-keep"),
    path("views/<str:slug>/", saved.view, name="view"),
    path("views/<str:slug>/remove", saved.remove, name="view-remove"),
    path("palette", palette, name="palette"),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    path("quarantine/told/<int:number>/", heard.one, name="heard-one"),
    path("quarantine/told/<int:number>/retry", heard.retry, name="heard-retry"),
    path("quarantine/told/<int:number>/discard", heard.discard, name="heard-discard"),
    path("quarantine/<int:number>/", quarantine.one, name="quarantine-one"),
    path("quarantine/<int:number>/retry", quarantine.retry, name="quarantine-retry"),
    path("quarantine/<int:number>/discard", quarantine.discard, name="quarantine-discard"),
    path("mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("mailboxes/new", mailboxes.new, name="mailbox-new"),
    path("mailboxes/<int:number>/", mailboxes.one, name="mailbox"),
    path("mailboxes/<int:number>/test", mailboxes.test, name="mailbox-test"),
    path("messengers/", messengers.messengers, name="messengers"),
    path("messengers/telegram", messengers.telegram, name="telegram-new"),
    path("messengers/whatsapp", messengers.whatsapp, name="whatsapp-new"),
    path("messengers/<int:number>/", messengers.one, name="messenger"),
    path("shops/", shops.shops, name="shops"),
    path("shops/new", shops.new, name="shop-new"),
    path("shops/<int:number>/", shops.one, name="shop"),
    path("conversations/<int:number>/dial", calls.dial, name="conversation-dial"),
    path("conversations/<int:number>/talked", calls.talked, name="conversation-talked"),
    path("conversations/<int:number>/missed", calls.missed, name="conversation-missed"),
    path("calls/missed", rang, name="call-missed"),
    path("calls/<int:number>/", calls.card, name="call"),
    path("calls/<int:number>/not-reached", calls.not_reached, name="call-not-reached"),
    path("recordings/<int:number>", recording, name="call-recording"),
    path("lines/", lines.lines, name="lines"),
    path("lines/new", lines.new, name="line-new"),
    path("lines/<int:number>/", lines.one, name="line"),
    path("lines/<int:number>/settle", lines.settle, name="line-settle"),
    path("forms/", webforms.webforms, name="webforms"),
    path("forms/new", webforms.new, name="webform-new"),
    path("forms/<int:number>/", webforms.one, name="webform"),
    path("chats/", chats.chats, name="chats"),
    path("chats/new", chats.new, name="chat-new"),
    path("chats/<int:number>/", chats.one, name="chat"),
    path("chats/<int:number>/secret", chats.secret, name="chat-secret"),
    path("doors/<int:number>/try", doors.attempt, name="door-try"),
    path("doors/<int:number>/mend", doors.mend, name="door-mend"),
    path("absences/", absences.page, name="absences"),
    path("absences/plan", absences.plan, name="absence-plan"),
    path("absences/out", absences.out, name="absence-out"),
    path("absences/calendar/share", calendars.share, name="calendar-share"),
    path("absences/calendar/name", calendars.name, name="calendar-name"),
    path("absences/proposed/<int:number>", calendars.answer, name="proposal"),
    path("calendar/<int:number>-<slug:token>.ics", feed.calendar, name="calendar"),
    path("absences/team/<int:number>", absence_team.keep, name="absence-team"),
    path("absences/<int:number>/call-off", absences.call_off, name="absence-call-off"),
    path("absences/<int:number>/back", absences.back, name="absence-back"),
    path("absences/<int:number>/end", absences.change_end, name="absence-end"),
    path("absences/<int:number>/ask", absences.ask, name="cover-ask"),
    path("absences/<int:number>/answer", absences.answer, name="cover-answer"),
    path("absences/<int:number>/withdraw", absences.withdraw, name="cover-withdraw"),
    path("people/", people.people, name="people"),
    path("people/invite", people.invite, name="person-invite"),
    path("people/<int:number>/", people.person, name="person"),
    path("people/<int:number>/link", people.link, name="person-link"),
    path("people/<int:number>/sign-out", people.sign_out, name="person-sign-out"),
    path("people/<int:number>/reset-factor", people.reset_factor, name="person-reset-factor"),
    path("people/<int:number>/leave", people.leave, name="person-leave"),
    path("people/<int:number>/come-back", people.come_back, name="person-come-back"),
    path("welcome/<int:number>-<str:token>", people.welcome, name="welcome"),
    path("staff-log/", stafflog.log, name="staff-log"),
    path("staff-log.csv", stafflog.csv, name="staff-log-csv"),
    path("brand/", brand.brand, name="brand"),
    path("brand/preview", brand.preview, name="brand-preview"),
    path("brand/preview.css", brand.preview_style, name="brand-preview-style"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new", teams.new, name="team-new"),
    path("teams/preview", teams.preview, name="team-preview"),
    path("teams/<int:number>/", teams.team, name="team"),
    path("answer-times/", answertimes.times, name="answer-times"),
    path("answer-times/new", answertimes.new, name="answer-time-new"),
    path("answer-times/preview", answertimes.preview, name="answer-time-preview"),
    path("answer-times/<int:number>/", answertimes.one, name="answer-time"),
    path("answer-times/<int:number>/delete", answertimes.delete, name="answer-time-delete"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new", rules.new, name="rule-new"),
    path("rules/try", rules.tried, name="rule-try"),
    path("rules/<int:number>/", rules.one, name="rule"),
    path("rules/<int:number>/move", rules.move, name="rule-move"),
    path("rules/<int:number>/switch", rules.switch, name="rule-switch"),
    path("rules/<int:number>/delete", rules.delete, name="rule-delete"),
    path("reports/", reports.reports, name="reports"),
    path("reports/rows", reports.rows, name="report-rows"),
    path("reports/file.<str:kind>", reports.file, name="report-file"),
    path("tokens/", tokens.listed, name="tokens"),
    path("tokens/<int:number>/revoke", tokens.revoke, name="token-revoke"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new", webhooks.new, name="webhook-new"),
    path("webhooks/<int:number>/", webhooks.one, name="webhook"),
    path("webhooks/<int:number>/test", webhooks.test, name="webhook-test"),
    path("webhooks/<int:number>/renew", webhooks.renew, name="webhook-renew"),
    path("webhooks/<int:number>/again", webhooks.all_again, name="webhook-all-again"),
    path("webhooks/<int:number>/let-be", webhooks.let_be, name="webhook-let-be"),
    path("webhooks/told/<int:number>/", webhooks.delivery, name="webhook-delivery"),
    path("webhooks/told/<int:number>/again", webhooks.again, name="webhook-again"),
    path("tags/", tags.tags, name="tags"),
    path("tags/<int:number>/", tags.one, name="tag"),
    path("tags/<int:number>/merge", tags.merge, name="tag-merge"),
    path("tags/<int:number>/archive", tags.archive, name="tag-archive"),
    path("help/", help_views.front, name="help"),
    path("help/<path:name>/", help_views.page, name="help-page"),
    path("rail", look.rail, name="rail"),
    path("look", look.look, name="look"),
    path("language/", include("django.conf.urls.i18n")),
    path("events", events.events, name="events"),
]
urlpatterns = seam.logged(urlpatterns)
