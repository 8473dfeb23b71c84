/** The page at `/`. One file without scripts, so that it shows also when little else works. */
export function landingPage(application: string, graphiql: boolean): string {
  const links = [
    ...(graphiql ? [['/graphql', 'GraphiQL', 'Publish with a mutation, subscribe, look at the schema.']] : []),
    ['/health/ready', 'Health', 'Whether this gateway can serve, and if not, why.'],
    ['/metrics', 'Metrics', 'For Prometheus: throughput, backlog, latency, errors.'],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --ink: #14232b; --soft: #51656f; --line: #d5dfe4; --water: #0b7285; --paper: #fbfdfe; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6eff3; --soft: #9db1bb; --line: #2a3b44; --water: #4ec3d6; --paper: #10191e; } }
  body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
  main { max-width: 42rem; margin: 0 auto; padding: clamp(2.5rem, 12vh, 7rem) 1.5rem 3rem; }
  h1 { margin: 0 0 .25rem; font-size: 2.25rem; letter-spacing: -.02em; }
  p { margin: 0 0 2rem; color: var(--soft); }
  ul { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
  li { border-bottom: 1px solid var(--line); }
  a { display: block; padding: 1rem 0; color: inherit; text-decoration: none; }
  a:hover strong, a:focus-visible strong { text-decoration: underline; }
  strong { color: var(--water); }
  small { display: block; color: var(--soft); font-size: .95rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1.25rem; margin: 2rem 0 0; font-size: .95rem; }
  dt { color: var(--soft); }
  dd { margin: 0; }
  code { font: .9rem ui-monospace, monospace; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Sluice</h1>
<p>A GraphQL event gateway over Postgres, serving <b>${escape(application)}</b>.</p>
<ul>
${links.map(([href, title, text]) => `<li><a href="${href}"><strong>${title}</strong><small>${text}</small></a></li>`).join('\n')}
</ul>
<dl>
<dt>Operations</dt><dd><code>POST /graphql</code></dd>
${graphiql ? '' : '<dt>Schema</dt><dd>Not shown here: introspection and GraphiQL are off (<code>SLUICE_INTROSPECTION</code>).</dd>\n'}<dt>Subscriptions</dt><dd><code>/graphql</code> over WebSocket (<code>graphql-transport-ws</code>) or SSE</dd>
</dl>
</main>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
