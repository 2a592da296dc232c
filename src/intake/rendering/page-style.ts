/** The look of a packet: system fonts, one accent per packet type, black on white on paper. */
export const PAGE_STYLE = `
:root{--ink:#1d2733;--soft:#566273;--line:#d9dfe6;--wash:#f5f7f9;--accent:#2f5d7c}
body.nutrition{--accent:#3f6f3a}
body.workout{--accent:#9a4320}
body.recovery{--accent:#4b4f8c}
body.wellness{--accent:#1f6f6b}
body.performance{--accent:#8a2f3f}
body.youth{--accent:#7a5a00}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:46rem;padding:3.5rem 2rem 3rem;background:#fff;color:var(--ink);font:1.0625rem/1.6 "Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,serif;overflow-wrap:break-word;hyphens:manual}
h1,h2,h3,h4,h5,h6,nav,th,.kind,.date,.for,footer{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header{border-top:.375rem solid var(--accent);padding:1.75rem 0 1.5rem;border-bottom:1px solid var(--line)}
.kind{margin:0 0 .5rem;color:var(--accent);font-size:.8125rem;font-weight:600;letter-spacing:.09em;text-transform:uppercase}
h1{margin:0 0 1rem;font-size:2.375rem;line-height:1.15;letter-spacing:-.015em;text-wrap:balance}
.for,.date{margin:0;color:var(--soft);font-size:1rem}
.for strong{color:var(--ink)}
nav{margin:1.75rem 0 0;font-size:.9375rem}
nav h2{margin:0 0 .5rem;border:0;padding:0;color:var(--soft);font-size:.8125rem;font-weight:600;letter-spacing:.09em;text-transform:uppercase}
nav ol{margin:0;padding:0;list-style:none;counter-reset:entry;columns:2;column-gap:2rem}
nav li{counter-increment:entry;margin:0;padding:.1875rem 0;break-inside:avoid;display:flex;align-items:baseline;gap:.625rem}
nav li::before{content:counter(entry);color:var(--accent);font-weight:600;font-variant-numeric:tabular-nums}
nav a{color:inherit;text-decoration:none}
nav a:hover,nav a:focus-visible{text-decoration:underline}
section{margin-top:2.75rem}
h2{margin:0 0 .875rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;text-wrap:balance}
h3{margin:1.75rem 0 .5rem;color:var(--accent);font-size:1.0625rem;line-height:1.35}
h4,h5,h6{margin:1.25rem 0 .375rem;font-size:1rem}
p{margin:0 0 .875rem}
ul,ol{margin:0 0 1rem;padding-left:1.375rem}
li{margin:.25rem 0}
li::marker{color:var(--accent)}
li:has(> .box){list-style:none;margin-left:-1.375rem;padding-left:1.75rem;text-indent:-1.75rem}
.box{display:inline-block;width:1.0625rem;height:1.0625rem;margin-right:.6875rem;border:1.5px solid var(--soft);border-radius:.1875rem;vertical-align:-.1875rem;text-indent:0;line-height:.9375rem;text-align:center;font-size:.875rem}
strong{font-weight:600}
a{color:var(--accent)}
blockquote{margin:1.25rem 0;padding:.875rem 1.125rem;border-left:.25rem solid var(--accent);background:var(--wash);border-radius:0 .25rem .25rem 0}
blockquote>:last-child,li>:last-child{margin-bottom:0}
.table{margin:1.125rem 0 1.375rem;overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9375rem;line-height:1.4;font-variant-numeric:tabular-nums lining-nums}
th{padding:.5rem .75rem;border-bottom:2px solid var(--accent);color:var(--soft);font-size:.8125rem;font-weight:600;text-align:left;vertical-align:bottom}
td{padding:.5625rem .75rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead:not(:has(th:not(:empty))){display:none}
thead:not(:has(th:not(:empty)))+tbody td:first-child{color:var(--soft);width:34%}
thead:not(:has(th:not(:empty)))+tbody tr:first-child td{border-top:1px solid var(--line)}
td:empty{min-width:4.5rem}
td:empty+td:empty{border-left:1px solid var(--line)}
th[align=right],td[align=right]{text-align:right;white-space:nowrap}
th[align=center],td[align=center]{text-align:center}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{overflow-x:auto;padding:.875rem 1rem;background:var(--wash);border-radius:.25rem}
hr{border:0;border-top:1px solid var(--line);margin:2rem 0}
footer{margin-top:3.5rem;padding-top:.875rem;border-top:1px solid var(--line);color:var(--soft);font-size:.8125rem}
footer p{margin:0}
@media (max-width:30rem){
body{padding:1.25rem 1.125rem 2rem;font-size:1rem}
header{padding-top:1.25rem}
h1{font-size:1.75rem}
h2{font-size:1.3125rem}
nav ol{columns:1}
nav a{padding:.25rem 0}
section{margin-top:2.25rem}
table{font-size:.875rem}
th,td{padding-left:.5rem;padding-right:.5rem}
}
@page{size:A4;margin:18mm 18mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);color:#444;font:8pt system-ui,sans-serif}}
@media print{
:root{--ink:#000;--soft:#444;--line:#bbb;--wash:#fff}
body{max-width:none;padding:0;font-size:10.5pt;line-height:1.5}
header{padding-top:7mm}
h1{font-size:24pt}
h2{font-size:15pt}
h3{font-size:11.5pt}
h1,h2,h3,h4,h5,h6{break-after:avoid;break-inside:avoid}
section{margin-top:9mm}
p,li{orphans:3;widows:3}
tr,blockquote,li,pre,.table,nav{break-inside:avoid}
thead{display:table-header-group}
.table,pre{overflow:visible}
pre{white-space:pre-wrap}
a{color:inherit;text-decoration:none}
section a[href]::after{content:" (" attr(href) ")";font-size:.85em}
blockquote{border-left-color:#000}
footer{display:none}
}
`;
