// Marks of light rich text in the reply box: buttons, Ctrl+B, Ctrl+I, Ctrl+K, and pictures that are pasted.
(() => {
  "use strict";
  const bar = document.querySelector(".marks");
  const box = document.getElementById("reply-text");
  if (!bar || !box) return;
  bar.hidden = false;

  // What is put in by this command can be taken back with Ctrl+Z; setRangeText cannot.
  function put(text, from, to, select = [text.length, text.length]) {
    box.focus();
    box.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) {
      box.setRangeText(text, from, to, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    box.setSelectionRange(from + select[0], from + select[1]);
  }
  function chosen() {
    let from = box.selectionStart, to = box.selectionEnd;
    while (from < to && /\s/.test(box.value[from])) from += 1; // a mark beside a space marks nothing
    while (to > from && /\s/.test(box.value[to - 1])) to -= 1;
    return [from, to, box.value.slice(from, to)];
  }
  function around(mark) {
    const [from, to, text] = chosen();
    const outer = box.value.slice(from - mark.length, from) === mark && box.value.slice(to, to + mark.length) === mark;
    if (outer) put(text, from - mark.length, to + mark.length, [0, text.length]);
    else put(mark + text + mark, from, to, [mark.length, mark.length + text.length]);
  }
  function link() {
    const [from, to, text] = chosen();
    const isUrl = /^https?:\/\/\S+$/.test(text);
    if (isUrl) put(`[](${text})`, from, to, [1, 1]);
    else put(`[${text}](https://)`, from, to, text ? [text.length + 3, text.length + 11] : [1, 1]);
  }
  function lines(mark) {
    const from = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
    const end = box.value.indexOf("\n", Math.max(box.selectionEnd - 1, from));
    const to = end < 0 ? box.value.length : end;
    const rows = box.value.slice(from, to).split("\n");
    const one = (n) => (mark === "1. " ? `${n + 1}. ` : mark);
    const all = rows.every((row, n) => row.startsWith(one(n)));
    const said = rows.map((row, n) => (all ? row.slice(one(n).length) : one(n) + row)).join("\n");
    put(said, from, to);
  }
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // what is selected stays so
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.line) lines(button.dataset.line);
    else if (button.dataset.mark === "link") link(); else around(button.dataset.mark);
  });
  // One stop of the Tab key; arrows move within (WAI-ARIA Authoring Practices Guide, "Toolbar").
  const buttons = [...bar.querySelectorAll("button")];
  function stop(at) { buttons.forEach((one, n) => { one.tabIndex = n === at ? 0 : -1; }); }
  stop(0);
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = (buttons.indexOf(event.target.closest("button")) + by + buttons.length) % buttons.length;
    stop(at);
    buttons[at].focus();
  });
  box.addEventListener("keydown", (event) => {
    const act = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && {
      b: () => around("**"), i: () => around("*"), k: link,
    }[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });

  // A pasted picture is attached under a name of its own, and shown where it was pasted.
  const PICTURES = { "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp" };
  box.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    if (files.length !== 1 || types.includes("text/plain") || !PICTURES[files[0].type]) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const name = `picture-${Date.now().toString(36)}.${PICTURES[files[0].type]}`;
    box.dispatchEvent(new CustomEvent("odzew:attach", { detail: [new File(files, name, { type: files[0].type })] }));
    put(`![${name}](${name})`, box.selectionStart, box.selectionEnd);
  });
})();
