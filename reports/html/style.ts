/** The page's look: system fonts, one column, colours by verdict, light and dark by the reader's setting. */
export const STYLE = `
:root {
  color-scheme: light;
  --page: #f5f6f8; --card: #ffffff; --ink: #171b22; --soft: #4a5361; --faint: #646e7d; --line: #e1e5eb; --sunk: #f3f5f8;
  --accent: #2552c4; --pass: #12704a; --fail: #b3213b; --warn: #8a4f00; --open: #56606f; --odd: #6539b3; --broken: #98206f;
  --d0: #2552c4; --d1: #0c6e78; --d2: #8a4a06; --d3: #7436a8; --d4: #48701a; --d5: #a1285f;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --page: #0e1116; --card: #161a21; --ink: #e7eaf0; --soft: #b0b8c5; --faint: #929cab; --line: #2a303a; --sunk: #1c212a;
    --accent: #8db0ff; --pass: #52c893; --fail: #ff8a98; --warn: #efb455; --open: #9ba6b5; --odd: #bfa3f8; --broken: #f394d3;
    --d0: #8db0ff; --d1: #5fc9d3; --d2: #e9ae6c; --d3: #c9a4f3; --d4: #a5cf72; --d5: #f09abf;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif; overflow-wrap: anywhere; }
main { max-width: 1060px; margin: 0 auto; padding: 2rem 1.5rem 5rem; }
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, blockquote, figure, pre { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: var(--accent); text-underline-offset: 0.18em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre { font-family: var(--mono); font-size: 0.86em; }
.visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--faint); font-size: 0.875rem; }
.lead { color: var(--soft); margin-bottom: 1rem; max-width: 62ch; }
main > section { margin-top: 3.25rem; }
h2 { font-size: 1.3rem; font-weight: 650; letter-spacing: -0.012em; margin-bottom: 0.75rem; }
h3 { font-size: 0.95rem; font-weight: 650; color: var(--soft); margin: 1.75rem 0 0.5rem; }
h5 { font-size: 0.8rem; font-weight: 650; color: var(--soft); margin: 1.6rem 0 0.55rem; }

.pass { --tone: var(--pass); } .fail { --tone: var(--fail); } .warn { --tone: var(--warn); } .error { --tone: var(--broken); }
.inconclusive { --tone: var(--odd); } .not-observable, .not-applicable { --tone: var(--open); } .all { --tone: var(--ink); }
.d0 { --device: var(--d0); } .d1 { --device: var(--d1); } .d2 { --device: var(--d2); } .d3 { --device: var(--d3); }
.d4 { --device: var(--d4); } .d5 { --device: var(--d5); } .server { --device: var(--soft); }

.verdict { --tone: var(--open); background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1.75rem 2rem 1.6rem; box-shadow: 0 1px 2px rgb(16 24 40 / 0.04), 0 8px 24px -12px rgb(16 24 40 / 0.1); }
.verdict.conforms { --tone: var(--pass); } .verdict.does-not-conform { --tone: var(--fail); }
.verdict.error { --tone: var(--broken); } .verdict.interrupted, .verdict.nothing-exercised { --tone: var(--warn); }
.kicker { color: var(--faint); font-size: 0.85rem; margin-bottom: 1.1rem; }
.headline { display: flex; gap: 1.15rem; align-items: center; }
.seal { flex: none; width: 3.4rem; height: 3.4rem; border-radius: 50%; display: grid; place-items: center; font-size: 1.6rem; font-weight: 700; color: var(--tone); background: color-mix(in srgb, var(--tone) 12%, var(--card)); }
h1 { font-size: clamp(1.25rem, 0.95rem + 1.4vw, 1.75rem); line-height: 1.28; font-weight: 660; letter-spacing: -0.018em; text-wrap: balance; }
.proportions { display: flex; gap: 3px; height: 8px; margin: 1.5rem 0 1.4rem; }
.proportions span { min-width: 6px; background: var(--tone); border-radius: 3px; }
.proportions .not-observable, .proportions .not-applicable { opacity: 0.38; }
.subject { font-size: 1rem; } .subject span { color: var(--faint); margin-right: 0.35rem; } .subject code { font-size: 0.95em; font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 0.85rem 2rem; margin-top: 1.1rem; padding-top: 1.1rem; border-top: 1px solid var(--line); font-size: 0.9rem; }
.facts dt { color: var(--faint); font-size: 0.8rem; } .facts dd { white-space: pre-line; }

.broken, .unobserved { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.broken li, .unobserved li { display: flex; gap: 0.9rem; padding: 1rem 1.25rem; }
.broken li + li, .unobserved li + li { border-top: 1px solid var(--line); }
.broken a { font-weight: 600; color: var(--ink); text-decoration-color: var(--tone); }
.broken p, .unobserved p { font-size: 0.92rem; color: var(--soft); margin-top: 0.15rem; } .broken p.quiet { color: var(--faint); font-size: 0.85rem; }
.unobserved a { color: var(--ink); text-decoration-color: var(--line); }
.mark { flex: none; width: 1.5rem; height: 1.5rem; border-radius: 50%; display: inline-grid; place-items: center; font-size: 0.82rem; font-weight: 700; line-height: 1; color: var(--tone); background: color-mix(in srgb, var(--tone) 13%, var(--card)); }

.filter { border: 0; margin: 0 0 0.5rem; padding: 0; display: flex; flex-wrap: wrap; gap: 0.45rem; min-width: 0; }
.chip { display: inline-flex; align-items: center; gap: 0.4rem; padding: 0.3rem 0.8rem; border: 1px solid var(--line); border-radius: 999px; background: var(--card); font-size: 0.88rem; cursor: pointer; user-select: none; }
.chip span { color: var(--tone); } .chip b { font-weight: 600; color: var(--faint); font-variant-numeric: tabular-nums; }
.chip:hover { border-color: var(--faint); }
.chip:has(:checked) { border-color: var(--tone); background: color-mix(in srgb, var(--tone) 11%, var(--card)); } .chip:has(:checked) b { color: inherit; }
.chip:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }

.rule { background: var(--card); border: 1px solid var(--line); border-bottom-width: 0; }
.rule-section > .rule:first-of-type { border-radius: 12px 12px 0 0; } .rule-section > .rule:last-of-type { border-radius: 0 0 12px 12px; border-bottom-width: 1px; }
.rule-section > .rule:first-of-type:last-of-type { border-radius: 12px; }
.rule > summary { display: flex; align-items: center; gap: 0.75rem; padding: 0.7rem 1rem; cursor: pointer; list-style: none; }
.rule > summary::-webkit-details-marker { display: none; }
.rule > summary::after { content: ''; flex: none; width: 0.45rem; height: 0.45rem; border: solid var(--faint); border-width: 0 1.5px 1.5px 0; transform: rotate(45deg) translate(-2px, -2px); transition: transform 0.15s; }
.rule[open] > summary::after { transform: rotate(-135deg) translate(-2px, -2px); }
.rule > summary:hover { background: color-mix(in srgb, var(--ink) 3%, var(--card)); border-radius: inherit; }
.rule > summary:focus-visible { outline-offset: -2px; border-radius: 12px; }
.rule .clause { flex: none; width: 2.9rem; color: var(--faint); font-variant-numeric: tabular-nums; font-size: 0.9rem; }
.rule .title { flex: 1; min-width: 0; font-weight: 500; }
.meta { display: flex; align-items: center; gap: 0.75rem; font-size: 0.8rem; color: var(--faint); white-space: nowrap; }
.effort { min-width: 7.2rem; text-align: right; font-variant-numeric: tabular-nums; }
/* On a phone the summary has no room for it. */ .effort-inside { display: none; }
.level { font-weight: 600; letter-spacing: 0.02em; }
.provenance { padding: 0.06rem 0.5rem; border-radius: 5px; background: var(--sunk); color: var(--soft); }
.provenance.mark-A { background: none; box-shadow: inset 0 0 0 1px var(--line); }
.excuse { padding: 0.06rem 0.5rem; border-radius: 5px; color: var(--warn); background: color-mix(in srgb, var(--warn) 12%, var(--card)); }
.inside { padding: 0.25rem 1.25rem 1.4rem 3.25rem; }
blockquote { border-left: 3px solid var(--line); padding-left: 1rem; color: var(--soft); margin-bottom: 0.8rem; max-width: 72ch; }
.inside > .quiet + .quiet { margin-top: 0.25rem; }
.reason { margin-bottom: 0.8rem; max-width: 72ch; } .reason strong, .why strong { color: var(--tone); font-weight: 600; margin-right: 0.35rem; }
h3::first-letter, .rule .title::first-letter, .reason strong::first-letter, .facts dt::first-letter { text-transform: uppercase; }

.failure { margin-top: 1.5rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
.failure h4 { font-size: 1.08rem; font-weight: 640; line-height: 1.4; letter-spacing: -0.005em; white-space: pre-line; max-width: 62ch; }
.location { color: var(--faint); margin-top: 0.3rem; }
.comparison { display: grid; grid-template-columns: 1fr 1fr; gap: 0.85rem; margin: 1rem 0; }
.comparison > div { --side: var(--pass); padding: 0.75rem 1rem 0.85rem; border-radius: 10px; background: color-mix(in srgb, var(--side) 6%, var(--card)); border: 1px solid color-mix(in srgb, var(--side) 22%, var(--card)); white-space: pre-line; }
.comparison > .came { --side: var(--fail); }
.comparison dt { font-size: 0.8rem; font-weight: 650; color: var(--side); margin-bottom: 0.15rem; }
.comparison dd { font-size: 0.95rem; }
.why { color: var(--soft); max-width: 72ch; } .why strong { color: var(--ink); }
.steps { counter-reset: step; display: grid; gap: 0.4rem; }
.steps li { counter-increment: step; position: relative; padding-left: 1.9rem; font-size: 0.95rem; white-space: pre-line; }
.steps li::before { content: counter(step); position: absolute; left: 0; width: 1.2rem; text-align: right; color: var(--faint); font-variant-numeric: tabular-nums; }
.device { font-family: var(--mono); font-size: 0.82rem; font-weight: 600; color: var(--device); background: color-mix(in srgb, var(--device, var(--soft)) 10%, var(--card)); border-radius: 5px; padding: 0.1rem 0.4rem; margin-right: 0.15rem; }

.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
figcaption { color: var(--faint); font-size: 0.85rem; margin-top: 0.35rem; }
svg { display: block; font-family: var(--mono); font-size: 12px; } svg text { fill: var(--ink); }
.sequence { margin: 0.4rem auto 0; }
.lifeline line { stroke: var(--line); stroke-width: 1.5; }
.lifeline rect { fill: color-mix(in srgb, var(--device) 9%, var(--card)); stroke: color-mix(in srgb, var(--device) 45%, var(--card)); }
.lifeline text { fill: var(--device); font-weight: 650; }
.row { --device: var(--soft); --stroke: var(--device); }
.row.d0 { --device: var(--d0); } .row.d1 { --device: var(--d1); } .row.d2 { --device: var(--d2); } .row.d3 { --device: var(--d3); } .row.d4 { --device: var(--d4); } .row.d5 { --device: var(--d5); }
.row.injected { --stroke: var(--odd); } .row.offending { --stroke: var(--fail); }
.row .at { fill: var(--faint); font-size: 11px; }
.shaft, .cross { stroke: var(--stroke); stroke-width: 1.5; fill: none; } .head { fill: var(--stroke); }
.response .shaft { stroke-dasharray: 5 3; } .open .shaft, .close .shaft { stroke-dasharray: 1.5 3; stroke-linecap: round; }
.offending .shaft { stroke-width: 2.25; } .offending .label { font-weight: 700; fill: var(--fail); }
.row .label { paint-order: stroke; stroke: var(--card); stroke-width: 6px; } .row.offending .label, .row .own + .label { stroke: none; }
.own { fill: color-mix(in srgb, var(--device) 8%, var(--card)); stroke: var(--stroke); } .note .own { stroke-dasharray: 3 3; fill: var(--card); }
.offending-band { fill: color-mix(in srgb, var(--fail) 8%, var(--card)); }
.offending-tag { fill: var(--fail) !important; font-weight: 650; font-size: 11px; } .injected-tag { fill: var(--odd) !important; font-size: 11px; font-weight: 600; }
.pause line { stroke: var(--faint); stroke-dasharray: 2 6; } .pause text { fill: var(--faint); font-size: 11px; font-weight: 650; }

.fold { margin-top: 0.8rem; } .fold > summary { cursor: pointer; color: var(--accent); font-size: 0.9rem; width: fit-content; }
.transcript, .log { margin-top: 0.5rem; max-height: 32rem; overflow: auto; background: var(--sunk); border-radius: 10px; padding: 0.7rem 0.9rem; font: 0.8rem/1.6 var(--mono); }
.log { white-space: pre-wrap; }
.transcript p { padding-left: 7.2rem; text-indent: -7.2rem; margin: 0 -0.9rem; padding-inline: 8.1rem 0.9rem; }
.transcript.plain { white-space: pre-wrap; } .transcript mark { background: none; color: inherit; } .transcript mark.injected { color: var(--odd); }
.transcript i { font-style: normal; color: var(--faint); white-space: pre; } .transcript b { color: var(--device, var(--soft)); font-weight: 650; }
.transcript code { color: var(--soft); font-size: inherit; margin-left: 1ch; }
.transcript em { font-style: normal; font-weight: 650; margin-left: 1ch; }
.transcript .injected em { color: var(--odd); } .transcript .offending { background: color-mix(in srgb, var(--fail) 7%, var(--sunk)); box-shadow: inset 3px 0 var(--fail); } .transcript .offending i { color: var(--soft); } .transcript .offending em { color: var(--fail); }
.command { display: flex; align-items: center; gap: 0.75rem; background: var(--sunk); border-radius: 10px; padding: 0.55rem 0.6rem 0.55rem 0.9rem; }
.command code { flex: 1; min-width: 0; }
.command button { flex: none; font: 600 0.82rem/1 inherit; font-family: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 7px; padding: 0.5rem 0.8rem; cursor: pointer; min-width: 5.2rem; }
.command button:hover { border-color: var(--faint); }

table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
th, td { text-align: left; vertical-align: top; padding: 0.6rem 1.1rem; white-space: pre-line; } thead th { color: var(--faint); font-weight: 500; font-size: 0.82rem; }
tbody tr { border-top: 1px solid var(--line); } tbody th { font-weight: 600; white-space: nowrap; } tr.unwalked td { color: var(--faint); }
.fold .scroll { margin-top: 0.5rem; }
.chart { width: 100%; min-width: 860px; height: auto; padding: 0.75rem; }
.chart .start { fill: var(--soft); } .edge { fill: none; stroke: var(--faint); stroke-width: 1.4; } .tip { fill: var(--faint); }
.state rect { fill: color-mix(in srgb, var(--accent) 7%, var(--card)); stroke: color-mix(in srgb, var(--accent) 55%, var(--card)); stroke-width: 1.4; }
.state text { font: 650 15px system-ui, sans-serif; } .state .second { font-size: 12px; font-weight: 450; fill: var(--soft); }
.input rect { fill: var(--card); } .input text { font-size: 11px; fill: var(--soft); } .input .count { font-weight: 700; fill: var(--ink); }
.unwalked .edge { stroke-dasharray: 4 4; } .state.unwalked rect { fill: var(--card); stroke: var(--faint); stroke-dasharray: 4 4; }
.input.unwalked rect { stroke: var(--faint); stroke-dasharray: 3 3; stroke-width: 0.9; } .input.unwalked text, .input.unwalked .count { fill: var(--faint); font-weight: 400; }
.notes { display: grid; gap: 0.4rem; color: var(--soft); white-space: pre-line; }

@media (max-width: 760px) {
  main { padding: 0.9rem 0.8rem 3rem; }
  main > section { margin-top: 2.4rem; }
  .verdict { padding: 1.2rem 1.1rem; border-radius: 14px; }
  .headline { align-items: flex-start; gap: 0.85rem; } .seal { width: 2.4rem; height: 2.4rem; font-size: 1.15rem; }
  .facts { grid-template-columns: 1fr 1fr; gap: 0.7rem 1rem; }
  .rule > summary { flex-wrap: wrap; gap: 0.3rem 0.6rem; padding: 0.75rem 0.9rem; }
  .rule > summary::after { position: absolute; right: 1.1rem; margin-top: 0.5rem; } .rule > summary { position: relative; padding-right: 2.2rem; }
  .rule .clause { width: auto; } .rule .title { flex-basis: 100%; order: 3; } .rule .meta { order: 2; margin-left: auto; gap: 0.5rem; } .effort { min-width: 0; } .rule .effort { display: none; } .effort-inside { display: inline; }
  .inside { padding: 0.25rem 0.9rem 1.1rem; }
  .comparison { grid-template-columns: 1fr; }
  .transcript p { padding-inline: 1.8rem 0.9rem; text-indent: -0.9rem; }
  .command { flex-wrap: wrap; } .command code { flex-basis: 100%; }
  th, td { padding: 0.55rem 0.8rem; }
}
@media print {
  body { background: none; font-size: 11pt; } main { max-width: none; padding: 0; }
  .filter, .command button, .rule > summary::after { display: none; }
  .verdict, .rule { box-shadow: none; break-inside: avoid; } .rule[open] { break-inside: auto; } .failure, .comparison, .figure, .broken li { break-inside: avoid; }
  .scroll, .transcript { overflow: visible; max-height: none; } .sequence, .chart { max-width: 100%; height: auto; min-width: 0; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
