// ==UserScript==
// @name         autopkgtest log viewer
// @description  Unfolds a raw autopkgtest log into sections, failures open
// @match        https://autopkgtest.ubuntu.com/results/*/log.gz
// @match        https://autopkgtest.staging.ubuntu.com/results/*/log.gz
// @version      1
// @grant        none
// ==/UserScript==

/* For those who read raw logs in the browser. The site's own log page needs no script of this kind. */
{
  const pre = document.querySelector('body > pre')
  const marker =
    /^(?: *\d+s )?autopkgtest \[[\d:]+\]: (?:test (\S+): preparing testbed|@{20} (summary|test bed setup|apt-source .*))$/
  const result = /^(?: *\d+s )?(\S+) +(PASS|FAIL|SKIP|FLAKY)\b/

  if (pre) {
    const sections = [{ title: 'start', lines: [], failed: false }]
    for (const line of pre.textContent.split('\n')) {
      const begun = marker.exec(line)
      if (begun) sections.push({ title: begun[1] ?? begun[2], lines: [], failed: false })
      const current = sections[sections.length - 1]
      current.lines.push(line)
      const outcome = result.exec(line)
      if (outcome?.[1] === current.title && outcome[2] === 'FAIL') current.failed = true
    }
    pre.replaceWith(
      ...sections.map(section => {
        const details = document.createElement('details')
        const summary = document.createElement('summary')
        const text = document.createElement('pre')
        summary.textContent = section.failed ? `${section.title} FAIL` : section.title
        text.textContent = section.lines.join('\n')
        details.open = section.failed || section.title === 'summary'
        details.append(summary, text)
        return details
      }),
    )
  }
}
