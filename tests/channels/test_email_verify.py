"""Who really sent a mail: what a zone of the DNS, a signature or a trusted server says of it."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, strategies as st

from odzew.channels.base import Outgoing
from odzew.channels.email import mime
from odzew.channels.email.compose import compose
from odzew.channels.email.send import sign
from odzew.channels.email.verify import author_domain, check_spf, from_results, organization, prove, verify
from odzew.channels.email.zone import Unanswered, fixed

PEER = "81.2.69.142"
STRANGER = "81.2.69.160"


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key):
    kind = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def published(key):
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_key().public_bytes(serialization.Encoding.DER, kind)
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


def zone(key, **more):
    return {
        ("home.test", "TXT"): [f"v=spf1 ip4:{PEER} -all"],
        ("s1._domainkey.home.test", "TXT"): [published(key)],
        ("_dmarc.home.test", "TXT"): ["v=DMARC1; p=reject; sp=quarantine"],
        **more,
    }


def mail(sender="anna@home.test", **given):
    return compose(
        Outgoing(
            sender_name="Anna", sender=sender, to=(("", "desk@shop.test"),), subject="Paczka",
            text="Gdzie?\n", message_id="<1@home.test>", date=datetime(2026, 11, 20, tzinfo=UTC), **given,
        )
    )  # fmt: skip


# --- SPF, DKIM and DMARC together


def test_a_signed_mail_from_the_right_server_is_proven(key):
    signed = sign(mail(), "home.test", "s1", pem(key))

    assert verify(signed, PEER, "mx.home.test", "anna@home.test", fixed(zone(key))) == {
        "spf": "pass", "dkim": "pass", "dmarc": "pass", "policy": "reject", "domain": "home.test",
    }  # fmt: skip


def test_a_forger_is_disowned(key):
    said = verify(mail(), STRANGER, "mx.evil.test", "anna@home.test", fixed(zone(key)))

    assert said == {"spf": "fail", "dkim": "none", "dmarc": "fail", "policy": "reject"}


def test_a_forger_with_a_domain_of_his_own_is_disowned_by_the_one_he_names(key):
    evil = {
        ("evil.test", "TXT"): [f"v=spf1 ip4:{STRANGER} -all"],
        ("s1._domainkey.evil.test", "TXT"): [published(key)],
    }
    signed = sign(mail(), "evil.test", "s1", pem(key))

    said = verify(signed, STRANGER, "mx.evil.test", "me@evil.test", fixed({**zone(key), **evil}))

    assert said == {"spf": "pass", "dkim": "pass", "dmarc": "fail", "policy": "reject"}


def test_a_forwarded_mail_is_proven_by_its_signature_alone(key):
    signed = sign(mail(), "home.test", "s1", pem(key))

    said = verify(signed, STRANGER, "mx.forward.test", "bounce@forward.test", fixed(zone(key)))

    assert (said["spf"], said["dkim"], said["dmarc"]) == ("none", "pass", "pass")


@pytest.mark.parametrize(("record", "sender", "signer", "dmarc", "policy"), [
    (["v=DMARC1; p=none"], "anna@home.test", "mail.home.test", "pass", "none"),
    (["v=DMARC1; p=none; adkim=s"], "anna@home.test", "mail.home.test", "fail", "none"),
    (["v=DMARC1; p=reject; sp=quarantine"], "anna@sub.home.test", "home.test", "pass", "quarantine"),
    (["v=DMARC1; p=reject"], "anna@sub.home.test", "other.test", "fail", "reject"),
    (["something else", "v=DMARC1; p=quarantine"], "anna@home.test", "home.test", "pass", "quarantine"),
    (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "anna@home.test", "home.test", "none", None),
    (["v=DMARC12; p=none"], "anna@home.test", "home.test", "none", None),
    (["v = DMARC1 ; p = reject"], "anna@home.test", "home.test", "pass", "reject"),
    ([], "anna@home.test", "home.test", "none", None),
    ([Unanswered], "anna@home.test", "home.test", "temperror", None),
])  # fmt: skip
def test_alignment_follows_what_the_domain_publishes(key, record, sender, signer, dmarc, policy):
    records = {
        ("_dmarc.home.test", "TXT"): record,
        (f"s1._domainkey.{signer}", "TXT"): [published(key)],
    }
    signed = sign(mail(sender), signer, "s1", pem(key))

    said = verify(signed, STRANGER, "x.test", "", fixed(records))

    assert said["dkim"] == "pass"
    assert said["dmarc"] == dmarc
    assert said.get("policy") == policy


def test_a_domain_that_publishes_nothing_may_be_proven_all_the_same(key):
    signed = sign(mail(), "home.test", "s1", pem(key))
    records = {("s1._domainkey.home.test", "TXT"): [published(key)]}

    said = verify(signed, STRANGER, "x.test", "", fixed(records))

    assert (said["dmarc"], said["domain"]) == ("none", "home.test")


def test_an_address_written_in_letters_of_its_country_is_compared_in_ascii(key):
    records = {
        ("_dmarc.xn--80a1acn3a.xn--j1amh", "TXT"): ["v=DMARC1; p=reject"],
        ("s1._domainkey.xn--80a1acn3a.xn--j1amh", "TXT"): [published(key)],
    }
    signed = sign(mail("iryna@пошта.укр"), "пошта.укр", "s1", pem(key))
    signed = signed.replace(
        b"From: Anna <iryna@xn--80a1acn3a.xn--j1amh>", "From: Anna <iryna@пошта.укр>".encode()
    )

    assert author_domain(mime.split(signed).headers) == "xn--80a1acn3a.xn--j1amh"
    unchanged = sign(mail("iryna@пошта.укр"), "пошта.укр", "s1", pem(key))
    assert verify(unchanged, STRANGER, "x.test", "", fixed(records))["dmarc"] == "pass"


@pytest.mark.parametrize(("name", "change", "dkim"), [
    ("a changed word", lambda m: m.replace(b"Gdzie", b"Gdzi3"), "fail"),
    ("a changed subject", lambda m: m.replace(b"Paczka", b"Rachunek"), "fail"),
    ("a second author above", lambda m: b"From: boss@home.test\r\n" + m, "fail"),
    ("a second author below", lambda m: m.replace(b"\r\nTo:", b"\r\nFrom: b@home.test\r\nTo:"), "fail"),
    ("a broken signature", lambda m: m.replace(b" b=", b" b=!!"), "fail"),
    ("a signature of nothing", lambda m: m.replace(b" h=", b" h2="), "fail"),
    ("an unknown version", lambda m: m.replace(b" v=1;", b" v=9;"), "fail"),
])  # fmt: skip
def test_no_change_of_a_signed_mail_is_passed_over(key, name, change, dkim):
    signed = sign(mail(), "home.test", "s1", pem(key))
    changed = change(signed)

    assert changed != signed
    said = verify(changed, STRANGER, "x.test", "", fixed(zone(key)))

    assert said["dkim"] in (dkim, "permerror"), name
    assert said["dmarc"] in ("fail", "permerror"), name
    assert "domain" not in said


def test_a_second_author_is_nobody_proven_whichever_program_reads_the_first(key):
    """A header some read and some do not: the signature must be over the author the desk shows."""
    signed = sign(mail(), "home.test", "s1", pem(key))
    head, _, body = signed.partition(b"\r\n\r\n")
    for forged in (
        b"From : boss@bank.test\r\n" + signed,
        b"\r\n" + b"From: boss@bank.test\r\n" + signed,
        head + b"\r\n\r\nFrom: boss@bank.test\r\n\r\n" + body,
        head.replace(b"From: Anna <anna@home.test>", b"From: anna@home.test, boss@bank.test")
        + b"\r\n\r\n"
        + body,
        signed.replace(b"From: Anna", b"Frm: Anna").replace(b"\r\nTo:", b"\r\n From: boss@bank.test\r\nTo:"),
        signed.replace(b"\r\nTo:", b"\r\nSender: boss@bank.test\r\nFrom: boss@bank.test\r\nTo:"),
    ):
        said = verify(forged, STRANGER, "x.test", "", fixed(zone(key)))
        shown = author_domain(mime.split(forged).headers)
        assert "domain" not in said or shown == said["domain"] == "home.test", forged[:300]


def test_a_signature_over_a_part_of_the_body_proves_nothing(key):
    import dkim

    content = mail()
    signature = dkim.sign(
        content, b"s1", b"home.test", pem(key).encode(), canonicalize=(b"relaxed", b"relaxed"), length=True
    )

    said = verify(signature + content + b"Pay here: evil.test\r\n", STRANGER, "x.test", "", fixed(zone(key)))

    assert (said["dkim"], said["dmarc"]) == ("policy", "fail")


def test_a_dns_that_does_not_answer_is_no_proof_and_no_disproof(key):
    signed = sign(mail(), "home.test", "s1", pem(key))
    away = {("s1._domainkey.home.test", "TXT"): [Unanswered], ("home.test", "TXT"): [Unanswered]}

    said = verify(signed, PEER, "x.test", "anna@home.test", fixed({**zone(key), **away}))

    assert (said["spf"], said["dkim"], said["dmarc"]) == ("temperror", "temperror", "temperror")


def test_only_the_first_few_signatures_are_looked_at(key):
    asked = []
    signed = mail()
    for number in range(20):
        signed = sign(signed, f"n{number}.test", "s1", pem(key))
    answer = fixed(zone(key))

    def ask(name, kind):
        asked.append(name)
        return answer(name, kind)

    verify(signed, STRANGER, "x.test", "", ask)

    assert len([name for name in asked if "_domainkey" in name]) == 5


# --- SPF


@pytest.mark.parametrize(("record", "said"), [
    (["v=spf1 ip4:81.2.69.0/24 -all"], "pass"),
    (["v=spf1 -all"], "fail"),
    (["v=spf1 ~all"], "softfail"),
    (["v=spf1 ?all"], "neutral"),
    (["v=spf1 a -all"], "pass"),
    (["v=spf1 mx -all"], "pass"),
    (["v=spf1 include:_spf.other.test -all"], "pass"),
    (["v=spf1 redirect=_spf.other.test"], "pass"),
    (["v=spf1 exists:%{i}.ok.test -all"], "pass"),
    (["v=spf1 ptr -all"], "pass"),
    (["v=spf1 nonsense -all"], "permerror"),
    (["v=spf1 -all", "v=spf1 +all"], "permerror"),
    (["v=spf1 include:home.test -all"], "permerror"),
    (["v=spf1 " + " ".join(f"a:n{n}.test" for n in range(12)) + " -all"], "permerror"),
    (["other"], "none"),
    ([], "none"),
    ([Unanswered], "temperror"),
])  # fmt: skip
def test_spf_follows_the_record(record, said):
    records = {
        ("home.test", "TXT"): record,
        ("home.test", "A"): [PEER],
        ("home.test", "MX"): [(10, "mx.home.test")],
        ("mx.home.test", "A"): [PEER],
        ("_spf.other.test", "TXT"): [f"v=spf1 ip4:{PEER} -all"],
        (f"{PEER}.ok.test", "A"): ["127.0.0.2"],
        ("142.69.2.81.in-addr.arpa", "PTR"): ["mx.home.test"],
    }

    assert check_spf(PEER, "mx.home.test", "anna@home.test", fixed(records)) == (said, "home.test")


def test_a_report_is_judged_by_the_name_its_server_gave():
    records = {("mx.home.test", "TXT"): [f"v=spf1 ip4:{PEER} -all"]}

    assert check_spf(PEER, "mx.home.test", "", fixed(records)) == ("pass", "mx.home.test")
    assert check_spf("2001:470::1", "mx.home.test", "", fixed(records)) == ("fail", "mx.home.test")


@pytest.mark.parametrize(
    "sender", ["", "x", "@", "a@b", "a@" + "x" * 300 + ".test", "a@b..c", "a@[1.2.3.4]", "a@пошта..укр"]
)
def test_an_odd_sender_is_no_proof(sender):
    assert check_spf(PEER, "", sender, fixed({}))[0] in ("none", "permerror")


# --- At the door


def test_a_peer_in_the_own_network_says_nothing(key):
    for peer in ("127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "fe80::1%eth0", "fd00::1", "", "local"):
        assert prove(mail(), {"peer": peer, "from": "anna@home.test"}, ask=fixed(zone(key))) == {}


def test_a_peer_in_the_own_network_may_have_been_told_by_a_trusted_server():
    content = b"Authentication-Results: mx.shop.test; dmarc=pass header.from=home.test\r\n" + mail()

    assert prove(content, {"peer": "127.0.0.1"}, ["mx.shop.test"]) == {"dmarc": "pass", "domain": "home.test"}
    assert prove(content, {"peer": "127.0.0.1"}, []) == {}


def test_what_a_stranger_writes_into_the_header_counts_for_nothing(key):
    content = b"Authentication-Results: mx.shop.test; dmarc=pass header.from=home.test\r\n" + mail()

    said = prove(
        content,
        {"peer": STRANGER, "helo": "x.test", "from": "a@home.test"},
        ["mx.shop.test"],
        fixed(zone(key)),
    )

    assert said["dmarc"] == "fail"


# --- Authentication-Results of a trusted server


def header(*lines, author="anna@home.test"):
    return mime.split("\r\n".join([*lines, f"From: {author}", "Subject: x", "", "body"]).encode()).headers


OURS = "Authentication-Results: mx.shop.test; "
GOOD = (
    f"{OURS}spf=pass smtp.mailfrom=home.test; dkim=pass header.d=home.test;"
    " dmarc=pass (p=REJECT) header.from=home.test"
)
NAMELESS = (
    "Authentication-Results: spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=home.test;"
    " dmarc=pass action=none header.from=home.test;compauth=pass reason=100"
)
FORGED = GOOD.replace("home.test", "bank.test")


PROVEN = {"spf": "pass", "dkim": "pass", "dmarc": "pass", "domain": "home.test"}
OTHER_AUTHOR = {"spf": "pass", "dkim": "pass", "dmarc": "permerror"}
NOTHING_SAID = {"dmarc": "none"}
SIGNED = f"{OURS}dkim=pass header.i=@mail.home.test; dmarc=none header.from=home.test"
NO_POLICY = {"dkim": "pass", "dmarc": "none"}
DMARC_FAIL = f"{OURS}dmarc=fail header.from=home.test"
SEVERAL = [
    f"{OURS}spf=softfail smtp.mailfrom=home.test",
    "Received-SPF: softfail",
    f"{OURS}dkim=pass header.d=home.test",
    f"{OURS}dmarc=pass header.from=home.test",
    "Received: from x",
    FORGED,
]
FOLDED = (
    "Authentication-Results:  mx.shop.test 1 ;\r\n\tdmarc = pass\r\n (a (b) \\) c)  header.from = home.test "
)


@pytest.mark.parametrize(("name", "lines", "author", "said"), [
    ("a good one", [GOOD], "anna@home.test", PROVEN),
    ("of a stranger", [GOOD.replace("mx.shop.test", "mx.evil.test")], "anna@home.test", NOTHING_SAID),
    ("a forged one below", [DMARC_FAIL, "Received: x", GOOD], "anna@home.test", {"dmarc": "fail"}),
    ("below any other header", [DMARC_FAIL, "X-Any: x", GOOD], "anna@home.test", {"dmarc": "fail"}),
    ("one server, three headers", SEVERAL, "anna@home.test", {**PROVEN, "spf": "softfail"}),
    ("it read another author", [GOOD], "boss@bank.test", OTHER_AUTHOR),
    ("two authors", [GOOD], "anna@home.test, boss@bank.test", OTHER_AUTHOR),
    ("a comment", [f"{OURS}dmarc=fail (dmarc=pass; dmarc=pass)"], "anna@home.test", {"dmarc": "fail"}),
    ("a string", [f'{OURS}dmarc=fail reason="x; dmarc=pass"'], "anna@home.test", {"dmarc": "fail"}),
    ("a version and blanks", [FOLDED], "anna@home.test", {"dmarc": "pass", "domain": "home.test"}),
    ("no result", [f"{OURS}none"], "anna@home.test", NOTHING_SAID),
    ("without a name", [NAMELESS], "anna@home.test", NOTHING_SAID),
    ("no policy, a signature of his own", [SIGNED], "anna@home.test", {**NO_POLICY, "domain": "home.test"}),
    ("no policy, a stranger's signature", [SIGNED], "boss@bank.test", NO_POLICY),
    ("two signatures", [f"{OURS}dkim=fail; dkim=pass"], "anna@home.test", {"dkim": "pass"}),
])  # fmt: skip
def test_only_what_a_trusted_server_wrote_on_top_is_believed(name, lines, author, said):
    assert from_results(header(*lines, author=author), ["MX.shop.test"]) == said


def test_headers_without_a_name_are_believed_when_that_is_said():
    assert from_results(header(NAMELESS), ["-"]) == {"spf": "pass", "dmarc": "pass", "domain": "home.test"}


def test_nobody_is_trusted_unless_named():
    assert from_results(header(GOOD), []) == {}
    assert from_results(header("Authentication-Results: ; dmarc=pass"), [""]) == {}


# --- Whatever comes


@pytest.mark.parametrize(("domain", "registered"), [
    ("mail.shop.com.pl", "shop.com.pl"), ("a.b.home.co.uk", "home.co.uk"), ("home.pl", "home.pl"),
    ("x.y.kiev.ua", "y.kiev.ua"), ("test", "test"),
    ("a.home.unknown", "home.unknown"),
])  # fmt: skip
def test_the_registered_domain_is_known(domain, registered):
    assert organization(domain) == registered


@given(st.binary(max_size=2000))
def test_no_mail_is_too_odd_to_be_looked_at(content):
    said = verify(b"DKIM-Signature: " + content + b"\r\nFrom: " + content, PEER, "x", "a@b.test", fixed({}))

    assert said["dmarc"] in ("none", "permerror")


@given(st.text(max_size=300))
def test_no_results_are_too_odd_to_be_read(value):
    said = from_results(
        [("authentication-results", b"mx.shop.test; " + value.encode("utf-8", "replace"))], ["mx.shop.test"]
    )

    assert "domain" not in said


@given(
    st.lists(
        st.sampled_from(["v=DKIM1;", "p=", "k=rsa;", "k=ed25519;", "AAAA", "=", ";", "s=x;", "\x00", "ж"])
    )
)
def test_no_key_is_too_odd_to_be_tried(words):
    private = _one_key()
    records = {
        ("s1._domainkey.home.test", "TXT"): ["".join(words)],
        ("_dmarc.home.test", "TXT"): ["v=DMARC1; p=none"],
    }

    said = verify(private, STRANGER, "x.test", "", fixed(records))

    assert said["dkim"] != "pass"


_kept = []


def _one_key():
    if not _kept:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        _kept.append(sign(mail(), "home.test", "s1", pem(private)))
    return _kept[0]
