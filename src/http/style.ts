import { styleSource } from './page-brand.ts';

/**
 * The style sheet of all pages. It is inlined and allowed by its hash in the content security policy, so a page needs no second
 * request and no other style can be injected. Contrast is at least 4.5:1 in both colour schemes.
 */
export const STYLE = `
:root{color-scheme:light dark;--back:#f4f5f7;--card:#fff;--text:#1a1d23;--soft:#565d6b;--line:#868d9b;--accent:#1d4ed8;--button:#1d4ed8;--on-button:#fff;--bad:#b42318;--bad-back:#fef3f2}
@media (prefers-color-scheme:dark){:root{--back:#14161a;--card:#1e2127;--text:#eceef2;--soft:#aab1bf;--line:#78808f;--accent:#8ab4ff;--button:#8ab4ff;--on-button:#10131a;--bad:#ff9b91;--bad-back:#3a1f1d}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere;display:flex;flex-direction:column;align-items:center;padding:1.5rem 1rem}
header{color:var(--soft);font-weight:600;margin:0 0 1rem;display:flex;flex-wrap:wrap;gap:.5rem .75rem;justify-content:center;align-items:center;text-align:center}
header img{width:auto;height:auto;max-width:min(16rem,100%);max-height:3rem;object-fit:contain}
@media (prefers-color-scheme:dark){header img{background:#fff;border-radius:.375rem;padding:.25rem}}
main{width:100%;max-width:26rem;background:var(--card);border-radius:.75rem;padding:1.75rem 1.5rem;box-shadow:0 1px 3px #0003;margin:auto 0}
main.wide{max-width:40rem}
main.full{max-width:64rem;margin:0 auto auto}
main>:last-child,main>:last-child>:last-child{margin-bottom:0}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}
h2{font-size:1.125rem;margin:1.75rem 0 .5rem}
p{margin:0 0 1rem}
.soft{color:var(--soft);font-size:.9375rem}
p.or{display:flex;align-items:center;gap:.75rem;color:var(--soft);font-size:.875rem;margin:.25rem 0 1rem}
p.or::before,p.or::after{content:"";flex:1;border-top:1px solid var(--line)}
label{display:block;font-weight:600;margin:0 0 .25rem}
.hint{display:block;font-weight:400;color:var(--soft);font-size:.875rem}
input,textarea{width:100%;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.5rem;padding:.625rem .75rem;margin:0 0 1rem}
button,.button{display:inline-block;width:100%;font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer;border:1px solid var(--accent);border-radius:.5rem;padding:.6875rem 1rem;background:var(--button);color:var(--on-button);margin:0 0 .75rem}
button.second,.button.second{background:transparent;color:var(--accent)}
button.small,.button.small{width:auto;padding:.375rem .75rem;margin:0}
button img{width:1.25rem;height:1.25rem;vertical-align:-.25rem;margin-right:.25rem;object-fit:contain}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.errors{border:1px solid var(--bad);background:var(--bad-back);color:var(--bad);border-radius:.5rem;padding:.75rem 1rem;margin:0 0 1.25rem}
.errors h2{font-size:1rem;margin:0}
.errors p{margin:0}
.note{border:1px solid var(--accent);border-radius:.5rem;padding:.75rem 1rem;margin:0 0 1.25rem}
.beside{display:flex;gap:.5rem;align-items:stretch;margin:0 0 1rem}
.beside input{margin:0;flex:1;min-width:0}
textarea{display:block;resize:vertical}
[aria-invalid=true]{border:2px solid var(--bad)}
ul,dl{margin:0 0 1.25rem;padding:0}
ul.plain{list-style:none}
ul.plain>li{border-top:1px solid var(--line);padding:.875rem 0}
ul:not([class]),ul.scopes{padding-left:1.25rem}
dt{color:var(--soft);font-size:.875rem}
dd{margin:0 0 .625rem}
dd:has(+dd){margin:0}
.exact{white-space:pre-wrap}
.row{display:flex;gap:1rem;justify-content:space-between;align-items:center;flex-wrap:wrap;margin:0 0 .375rem}
footer{margin:1.25rem 0 0}
footer form{display:flex;flex-wrap:wrap;justify-content:center;gap:.125rem 1rem;font-size:.875rem;color:var(--soft)}
footer span,footer button{width:auto;margin:0;padding:.375rem 0;border:0;background:none;font-weight:400;color:inherit}
footer button{text-decoration:underline}
footer span{font-weight:600}
details{margin:0 0 1rem}
summary{cursor:pointer;color:var(--accent)}
details[open] summary{margin-bottom:.75rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0 0 1.25rem}
nav a{padding:.375rem 0}
nav a[aria-current]{color:inherit;font-weight:600;text-decoration:none;border-bottom:2px solid var(--accent)}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
ul.tiles{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(13rem,100%),1fr));gap:.75rem}
.tile{display:flex;gap:.75rem;align-items:center;height:100%;padding:.75rem;border:1px solid var(--line);border-radius:.5rem;color:inherit;text-decoration:none;font-weight:600}
a.tile:hover{border-color:var(--accent)}
.tile img,.letter{flex:none;width:2.5rem;height:2.5rem;border-radius:.375rem;object-fit:contain}
.letter{display:grid;place-items:center;background:var(--back);color:var(--soft);font-size:1.25rem}
.row form{margin:0}
.beside button{width:auto;margin:0}
pre{margin:.5rem 0 1rem;padding:.75rem;background:var(--back);border-radius:.5rem;font:.8125rem/1.6 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}
#said{margin:0}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.entry{display:flex;flex-wrap:wrap;gap:.5rem 1rem;justify-content:space-between;align-items:center}
.entry>:first-child{flex:1 1 16rem}
.entry form{margin:0}
[role=status]:empty{margin:0}
[hidden]{display:none!important}
`;

/** The style sheet's source expression for `style-src`. */
export const STYLE_SOURCE = styleSource(STYLE);
