/** How the page looks, in light and in dark. */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1c2128;--soft:#59636e;--line:#d8dee4;--shade:#f4f6f8;--link:#0a5cc2;
--get:#1a6e3c;--post:#0a5cc2;--put:#8a5300;--patch:#6b3fb5;--delete:#b3261e}
@media (prefers-color-scheme:dark){:root{--paper:#12161b;--ink:#e3e8ee;--soft:#9aa6b2;--line:#2c343d;--shade:#1a2027;--link:#79b0ff;
--get:#63c98a;--post:#79b0ff;--put:#e3ab57;--patch:#bd9bff;--delete:#ff8b82}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0 auto;max-width:76rem;padding:2rem 1.5rem 6rem;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;
display:grid;grid-template-columns:11rem minmax(0,1fr);column-gap:3rem}
header{grid-column:1/-1;border-bottom:1px solid var(--line);margin-bottom:2rem;padding-bottom:1rem}
header p{max-width:46rem}
h1{font-size:2rem;line-height:1.2;margin:0}
h1 small,h4 small{font-weight:400;font-size:.6em;color:var(--soft)}
h4 small{font-size:.9em}
h2{font-size:1.35rem;margin:0;scroll-margin-top:1rem}
h4{font-size:.95rem;margin:1.25rem 0 .5rem}
a{color:var(--link)}
code,pre,.method{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
p code,td code,li code{background:var(--shade);border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}
var{font-style:normal;color:var(--soft)}
.address a{margin-left:.75rem}
nav{position:sticky;top:1.5rem;align-self:start;display:flex;flex-direction:column;gap:.35rem;font-size:.95rem}
nav a{color:inherit;text-decoration:none}
nav a:hover,nav a:focus-visible{color:var(--link);text-decoration:underline}
section{margin-bottom:2.75rem;scroll-margin-top:1rem}
.lead{margin:.15rem 0 .9rem;color:var(--soft)}
details{border:1px solid var(--line);border-radius:8px;margin-bottom:.5rem;padding:0 1rem;scroll-margin-top:1rem}
details[open]{padding-bottom:1rem}
summary{cursor:pointer;padding:.6rem 1rem;margin:0 -1rem;display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem .75rem;border-radius:8px}
summary:hover{background:var(--shade)}
summary:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:1px}
details[open]>summary{border-bottom:1px solid var(--line);border-radius:8px 8px 0 0;margin-bottom:.75rem}
.schema>div{scroll-margin-top:4rem}
.schema summary{font-weight:600}
.method{font-weight:700;width:4.2rem;flex:none;color:var(--ink)}
.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}.delete{color:var(--delete)}
.path{font-size:.92em;overflow-wrap:anywhere}
.summary{color:var(--soft);margin-left:auto}
.who{margin:.5rem 0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th{text-align:left;font-weight:600;color:var(--soft)}
th,td{padding:.4rem .8rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td p,td ul{margin:0}td ul{padding-left:1.1rem}td p+p,td ul+p{margin-top:.4rem}
td:first-child,td:last-child>code{white-space:nowrap}
.must{color:var(--delete);font-size:.8em;margin-left:.35em}
.s2{color:var(--get)}.s3{color:var(--patch)}.s4{color:var(--put)}.s5{color:var(--delete)}
pre{background:var(--shade);border-radius:6px;padding:.75rem 1rem;overflow-x:auto;line-height:1.45;margin:.75rem 0 0}
@media (max-width:52rem){.wide table{min-width:36rem}body{display:block;padding:1.25rem 1rem 4rem}
nav{position:static;flex-flow:row wrap;gap:.35rem 1rem;margin-bottom:2rem}.summary{margin-left:0;width:100%}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`
