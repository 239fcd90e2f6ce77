// What a look at a page measures inside it. Evaluated in every page of the walk, before its own scripts; changes nothing
// that outlives the measure. Each function answers sentences, none where all is well.
"use strict";

(() => {
  const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  const MORE_RULES = ["target-size", "label-content-name-mismatch"];
  const RULES_ABOUT_FILES = ["css-orientation-lock", "no-autoplay-audio"];
  let shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });

  // A transition, however short, has not begun to move within the same frame: it would be measured where it starts.
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
  document.addEventListener("DOMContentLoaded", () => document.adoptedStyleSheets.push(still));

  const named = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const kind = [...element.classList].slice(0, 2).map((one) => `.${one}`).join("");
    const words = (element.innerText || element.value || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${element.localName}${id}${kind}${words ? ` “${words}”` : ""}`;
  };
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // Words for screen readers alone take a pixel on purpose.
  const isTiny = (box) => box.width <= 2 || box.height <= 2;
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const within = (element, test) => {
    for (let above = element.parentElement; above; above = above.parentElement) if (test(above)) return above;
    return null;
  };

  // --- nothing is wider than the screen, and no words are cut off ---
  const wide = () => {
    const root = document.documentElement;
    const over = root.scrollWidth - root.clientWidth;
    if (over <= 0) return [];
    const out = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.right > root.clientWidth + 1 && !isTiny(box) && !within(element, scrolls);
    });
    return [`${over} px wider than the screen: ${out.slice(-2).map(named).join(", ")}`];
  };
  const cut = () => {
    const found = [];
    for (const element of document.body.querySelectorAll("*")) {
      if (element.matches("textarea, input, select, svg, svg *, iframe") || !element.textContent.trim()) continue;
      const style = getComputedStyle(element);
      const hides = (axis) => /hidden|clip/.test(style[`overflow${axis}`]);
      if (!hides("X") && !hides("Y")) continue;
      const box = element.getBoundingClientRect();
      if (isTiny(box) || !isShown(element)) continue;
      const isShortened = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
      const tooWide = hides("X") && element.scrollWidth > element.clientWidth + 1;
      const tooHigh = hides("Y") && element.scrollHeight > element.clientHeight + 2;
      if ((tooWide || tooHigh) && !isShortened) found.push(`words are cut off in ${named(element)}`);
    }
    return found.slice(0, 3);
  };
  const speech = (wanted) => {
    const spoken = document.documentElement.lang;
    return spoken === wanted ? [] : [`speaks ${spoken}, not ${wanted}`];
  };
  const layout = () => [...wide(), ...cut()];

  // --- WCAG 1.4.12: the reader's own spacing takes nothing away ---
  const spacing = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
      p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets.push(sheet);
    const found = layout().map((sentence) => `with wider text spacing, ${sentence}`);
    document.adoptedStyleSheets.pop();
    return found;
  };

  // --- at 400 % zoom a phone's height is 256 px: what sticks may not take it away ---
  const stuck = () => {
    let height = 0;
    for (const element of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      if (!/fixed|sticky/.test(style.position) || !isShown(element) || element.matches("[popover]")) continue;
      if (style.position === "sticky" && within(element, (above) => above.localName === "table")) continue;
      const box = element.getBoundingClientRect();
      if (box.width > innerWidth / 2) height += Math.min(box.height, innerHeight);
    }
    return height > innerHeight / 2 ? [`what sticks to the screen takes ${Math.round(height)} of ${innerHeight} px`] : [];
  };

  // --- what is pressed is large enough for a thumb ---
  const small = (least) =>
    [...document.querySelectorAll("main .button:not(.button-small), .dock-link, .bar .button")]
      .filter((element) => isShown(element) && element.getBoundingClientRect().height < least - 0.5)
      .map((element) => `${named(element)} is ${Math.round(element.getBoundingClientRect().height)} px high, not ${least}`)
      .slice(0, 3);

  // --- the focus is seen, and nothing lies over it ---
  const LOOKS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "backgroundColor", "textDecorationLine"];
  const looksOf = (elements) => elements.map((one) => LOOKS.map((name) => getComputedStyle(one)[name]).join()).join("|");
  const around = (element) => [element, ...(element.labels || []), element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  const isUncovered = (element) => {
    const seen = isTiny(element.getBoundingClientRect()) && element.labels?.length ? element.labels[0] : element;
    return [...seen.getClientRects()].some((box) => {
      const across = [box.left + 3, box.left + box.width / 2, box.right - 3];
      const down = [box.top + 3, box.top + box.height / 2, box.bottom - 3];
      return across.some((x) => down.some((y) => {
        const top = document.elementFromPoint(x, y);
        return top && (seen.contains(top) || top.contains(seen));
      }));
    });
  };
  const focus = () => {
    const found = [];
    const all = [...document.querySelectorAll(FOCUSABLE)].filter((one) => isShown(one) && !one.disabled && !one.closest("[inert]"));
    for (const element of all) {
      const parts = around(element);
      document.activeElement?.blur();
      const before = looksOf(parts);
      element.focus({ focusVisible: true });
      if (document.activeElement !== element) continue;
      if (looksOf(parts) === before) found.push(`the focus is not seen on ${named(element)}`);
      if (!isUncovered(element)) found.push(`something lies over the focus on ${named(element)}`);
    }
    document.activeElement?.blur();
    scrollTo(0, 0);
    return found.slice(0, 4);
  };

  // Where Tab stopped just now.
  const focused = () => {
    const element = document.activeElement;
    if (!element || element === document.body || element.localName === "iframe") return [];
    const found = [];
    const isMarked = around(element).some((one) => {
      const style = getComputedStyle(one);
      return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    });
    const marksItsParts = element.matches("input[type^=date], input[type=time]"); // the browser does, each by itself
    if (!isMarked && !marksItsParts) found.push(`the focus is not seen on ${named(element)}`);
    if (!isUncovered(element)) found.push(`something lies over the focus on ${named(element)}`);
    return found;
  };

  // --- people who set their own colours, or less motion ---
  const edges = () =>
    [...document.querySelectorAll("main .button:not(.button-plain), main input:not([type=hidden]), main textarea, main select")]
      .filter((element) => isShown(element) && !isTiny(element.getBoundingClientRect()) && getComputedStyle(element).appearance === "none")
      .filter((element) => parseFloat(getComputedStyle(element).borderTopWidth) < 1)
      .map((element) => `in the person's own colours ${named(element)} has no edge`)
      .slice(0, 3);
  const motion = () => {
    const sheets = document.adoptedStyleSheets;
    document.adoptedStyleSheets = sheets.filter((sheet) => sheet !== still);
    const slow = [...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      return [style.transitionDuration, style.animationDuration].some((all) => all.split(",").some((one) => parseFloat(one) > 0.05));
    });
    document.adoptedStyleSheets = sheets;
    return slow.slice(0, 3).map((element) => `with less motion ${named(element)} still moves`);
  };

  const shift = () => (shifted > 0.02 ? [`the page moves while it loads (${shifted.toFixed(3)})`] : []);
  // What styles and recordings hold is the same at every width: it is read on the first look at a page.
  let areFilesRead = false;
  const ruled = (names, enabled) => Object.fromEntries(names.map((name) => [name, { enabled }]));
  const all = () => ({ rules: { ...ruled(MORE_RULES, true), ...ruled(RULES_ABOUT_FILES, !areFilesRead) }, preload: !areFilesRead });
  const axe = async (rules) => {
    const options = rules ? { runOnly: { type: "rule", values: rules }, preload: false } : all();
    const told = await window.axe.run(document, { ...options, reporter: "no-passes", noHtml: true });
    areFilesRead ||= !rules;
    return told.violations.map((one) => `axe ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
  };

  window.__look = { speech, layout, spacing, stuck, small, focus, focused, edges, motion, shift, axe };
})();
