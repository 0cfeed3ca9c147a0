"""Odzew, the desk that cannot forget a customer. The map, in the order of a message:

channels        the doors: one folder each, of one shape; parse what came in, send what goes out
hearing         what shops and telephone exchanges tell: kept first as it came, then done once
intake          the payload is kept first as it came, then accepted once, in one transaction
probes          the desk writes to its own doors, and raises an alarm when that does not come out
conversations   one matter with one customer: receive, answer, acknowledge, promise, hand over, close
ledger          the books: the journal (added only), what is owed (derived), the audit
notices         what a person is told of: in the page, by push, in a digest by mail
outbox          the queued message row is the outbox: deliver, retry, in doubt, bounce
calls           the telephone: who called, whom nobody spoke with, and the talk that pays
orders          what customers bought, owed until it has arrived
webhooks        what other programs are told: signed calls, at least once, in their order
privacy         what a customer may ask about himself: a copy of everything, and to be erased
imports         the history of other desks and tables: told to nobody, owed where it is open
search          any word of any message, in whichever form: the index, the question, the find
desk            the screens people work at, one folder a screen
portal          the customer's own pages
api             what other programs may ask and do

What they stand on:

domain          the pure rules of the books; standard library only
language        pure reading of texts; no framework; word lists as data
customers       who we serve, and the identities that say so
staff           who serves: people, teams, their working hours
queue           rows that are jobs, loops that run them
lib             small tools without any rule of the product
management      the command line
migrations      one linear history
locale          the words of the screens in pl, uk, ru and en
demo            a small believable firm to try the desk with
"""
