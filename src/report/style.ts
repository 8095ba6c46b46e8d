import { paletteCss } from './palette.js';

/** The style sheet of a report: readable on a page, on a phone and on paper, light or dark as the reader's system asks. */
export const REPORT_CSS = `${paletteCss(':root')}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.6 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:980px;margin:0 auto;padding:0 20px 64px}
header{padding:48px 0 8px}
h1{font-size:2.1rem;line-height:1.2;margin:0 0 8px;letter-spacing:-.015em;text-wrap:balance}
.subtitle{margin:0;color:var(--muted);font-size:1.08rem;max-width:46em}
nav{margin:20px 0 0;font-size:.92rem}
nav a{color:var(--blue);text-decoration:none;margin-right:18px;white-space:nowrap}
nav a:hover,nav a:focus-visible{text-decoration:underline}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:14px;margin:28px 0 0;padding:0}
.tile{background:var(--card);border:1px solid var(--grid);border-radius:12px;padding:14px 18px}
.tile dt{color:var(--muted);font-size:.88rem}
.tile dd{margin:0;font-size:1.75rem;font-weight:650;line-height:1.25;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.tile dd.note{font-size:.86rem;font-weight:400;color:var(--muted);line-height:1.4;letter-spacing:0}
section{margin-top:44px}
h2{font-size:1.4rem;line-height:1.3;margin:0 0 6px;letter-spacing:-.01em}
section>p{max-width:46em;margin:0 0 12px}
figure,.table{background:var(--card);border:1px solid var(--grid);border-radius:12px;margin:18px 0 0;padding:18px 20px}
figure h3,.table caption{font-size:1rem;font-weight:650;margin:0 0 12px;text-align:left;line-height:1.4}
figcaption{margin-top:10px;color:var(--muted);font-size:.9rem;line-height:1.5}
svg.chart{display:block;width:100%;height:auto}
.narrow{display:none}
.table{overflow-x:auto}
.table:focus-visible{outline:2px solid var(--blue)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.93rem}
th,td{padding:7px 12px;border-bottom:1px solid var(--grid);text-align:left;white-space:nowrap}
th{color:var(--muted);font-weight:600;font-size:.86rem;white-space:normal;vertical-align:bottom}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
tbody tr:last-child td{border-bottom:0}
.number{text-align:right}
tr.best td{font-weight:650}
tr.best td:first-child::after{content:' \\2605';color:var(--green)}
footer{margin-top:48px;color:var(--muted);font-size:.86rem}
@media (max-width:640px){main{padding:0 12px 40px}header{padding-top:28px}h1{font-size:1.6rem}
figure,.table{padding:14px 12px;border-radius:10px}.has-narrow>.wide{display:none}.has-narrow>.narrow{display:block}
th,td{padding:6px 7px}table{font-size:.88rem}
.tiles{grid-template-columns:repeat(2,1fr);gap:10px}.tile{padding:12px}.tile dd{font-size:1.35rem}}
@media print{body{font-size:11pt}main{max-width:none;padding:0}nav{display:none}header{padding-top:0}
figure,.table,.tile{break-inside:avoid;border-color:#cccccc}h2{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.has-narrow>.wide{display:block}.has-narrow>.narrow{display:none}}`;
