/** What the page of a comparison has beside the look of a report. */
export const COMPARISON_STYLE = `
.labels { display: grid; gap: 0.3rem; margin-top: 1.3rem; padding-top: 1.1rem; border-top: 1px solid var(--line); font-size: 0.95rem; }
.labels b { display: inline-block; min-width: 1.4rem; color: var(--faint); font-variant-numeric: tabular-nums; }
.matrix td, .matrix thead th:not(:first-child) { text-align: center; vertical-align: middle; padding: 0.5rem 0.9rem; }
.matrix thead .number { font-weight: 650; color: var(--ink); } .matrix thead .label { display: block; max-width: 11rem; margin: 0 auto; overflow-wrap: anywhere; }
.matrix tbody th, th.question { white-space: normal; font-weight: 500; min-width: 15rem; }
.matrix tbody th code { display: block; color: var(--faint); font-weight: 400; }
.clause { color: var(--faint); font-variant-numeric: tabular-nums; margin-right: 0.4rem; font-weight: 400; }
.matrix tbody tr:target, .matrix tbody tr:hover { background: color-mix(in srgb, var(--accent) 7%, var(--card)); }
.matrix tr.new th { box-shadow: inset 3px 0 var(--fail); } .matrix tr.still-failing th { box-shadow: inset 3px 0 color-mix(in srgb, var(--fail) 45%, var(--card)); }
.matrix tr.fixed th { box-shadow: inset 3px 0 var(--pass); } .matrix tr.unobserved th { box-shadow: inset 3px 0 var(--open); }
tr.differs th.question { box-shadow: inset 3px 0 var(--warn); }
table:not(.matrix) td { min-width: 9rem; overflow-wrap: break-word; }
@media (max-width: 760px) { .matrix tbody th { min-width: 11.5rem; } .matrix td, .matrix thead th:not(:first-child) { padding: 0.5rem 0.6rem; } .matrix thead .label { display: none; } }
`;
