"""Speaks for the page: one persistent live region, and the focus where the work goes on.

After a step focus would fall to the top of the document and screen readers would say nothing. The script adds two
regions to the document once, puts each new message into one of them, and moves the focus to the heading it is told.
"""

from streamlit.components.v2 import component

SCRIPT = """
const SOON = 40, LATER = 40;  // looks: every 50 ms for two seconds, then every 200 ms for eight
const HIDDEN = 'position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%)';
function region(id, role) {
  let found = document.getElementById(id);
  if (!found) {
    found = document.createElement('div');
    found.id = id;
    found.setAttribute('role', role);
    found.setAttribute('style', HIDDEN);
    document.body.appendChild(found);
  }
  return found;
}
// Between press and release nothing moves: the button would slip away beneath the pointer, and the press be lost.
if (!window.postreevePress) {
  const press = window.postreevePress = { held: false };
  const released = () => setTimeout(() => { press.held = false; }, 0);
  document.addEventListener('pointerdown', () => { press.held = true; }, true);
  for (const end of ['pointerup', 'pointercancel', 'blur']) window.addEventListener(end, released, true);
}
// The page may still be drawn: what was focused can be replaced, and the focus falls back to the body. Never taken
// from anything else that the person has moved to; after two seconds only given to a heading that is new.
function focusOn(id, before, left = SOON + LATER, had = null) {
  const target = document.getElementById(id), now = document.activeElement;
  const fresh = left > LATER || target !== had;
  const free = !window.postreevePress.held;
  if (free && target && target !== now && fresh && (now === document.body || now === before || !now)) {
    target.focus({preventScroll: true});
    target.scrollIntoView({block: 'start'});
    had = target;
  }
  if (left > 0) setTimeout(() => focusOn(id, before, left - 1, had), left > LATER ? 50 : 200);
}
export default function ({ data }) {
  const status = region('pr-status', 'status'), alert = region('pr-alert', 'alert');
  const last = window.postreeveSaid || { number: 0, page: null };
  const moved = last.page !== null && last.page !== data.page;
  window.postreeveSaid = { number: data.number, page: data.page };
  if (data.number > last.number) {
    status.textContent = '';
    alert.textContent = '';
    setTimeout(() => { (data.good ? status : alert).textContent = data.text; }, 150);
    if (data.focus) setTimeout(() => focusOn(data.focus, document.activeElement), 150);
  } else if (moved) {
    setTimeout(() => focusOn('pr-title', document.activeElement), 150);
  }
}
"""
_speak = component("postreeve_speak", js=SCRIPT, html="<span></span>", isolate_styles=False)


def speak(*, number: int, good: bool, text: str, focus: str, page: str) -> None:
    """Say a message once and move the focus; on another `page` move it to that page's title."""
    data = {"number": number, "good": good, "text": text, "focus": focus, "page": page}
    _speak(key="postreeve_speak", data=data, height=1)
