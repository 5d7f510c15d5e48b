"""What public clients of the website do, in the ways they do it: with urllib, gzip, sqlite3 and html.parser.

clients.py NAME URL [ARGUMENTS]   prints what the client has understood, as JSON
"""

import gzip
import hashlib
import html.parser
import json
import re
import sqlite3
import sys
import tempfile
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime


def fetch(url, **headers):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30)


def britney(base, release, arch, package):
    """Downloads the checksum first and then the database, and asks for the results of one test."""
    checksum = fetch(base + "/static/autopkgtest.db.sha256").read().decode("ascii")
    with tempfile.NamedTemporaryFile(suffix=".db") as file:
        file.write(fetch(base + "/static/autopkgtest.db").read())
        file.flush()
        with open(file.name, "rb") as written:
            assert hashlib.sha256(written.read()).hexdigest() == checksum, "the checksum differs"
        db = sqlite3.connect("file:%s?mode=ro&immutable=1" % file.name, uri=True)
        mode = db.execute("PRAGMA journal_mode").fetchone()[0]
        rows = db.execute(
            "SELECT r.exitcode,r.version,r.triggers,r.run_id FROM test AS t LEFT JOIN result AS r ON t.id=r.test_id "
            "WHERE t.release=? AND t.arch=? AND t.package=? AND r.run_id > ?",
            (release, arch, package, ""),
        ).fetchall()
    return {"journal_mode": mode, "rows": rows}


def listing(base, container, query):
    """What britney, ppa-dev-tools and systemd's instructions list; a container that is missing says 401."""
    try:
        answer = fetch(base + "/results/" + container + "/?" + query)
        return {"status": answer.status, "lines": answer.read().decode().splitlines()}
    except urllib.error.HTTPError as error:
        return {"status": error.code, "lines": []}


def ppa_dev_tools(base, container, ppa):
    """`ppa tests`: what waits and runs for a PPA, and its finished logs."""
    waiting = []
    queues = json.loads(fetch(base + "/queues.json", **{"Cache-Control": "max-age=0"}).read())
    for context, releases in queues.items():
        for release, arches in releases.items():
            for arch, requests in arches.items():
                for request in requests:
                    if request == "private job":
                        continue
                    name, params = request.split(maxsplit=1)
                    if ppa in json.loads(params).get("ppas", []):
                        waiting.append([context, release, arch, name])
    running = []
    body = fetch(base + "/static/running.json", **{"Cache-Control": "max-age=0"}).read()
    for package, hashes in (json.loads(body) if body else {}).items():
        for releases in hashes.values():
            for release, arches in releases.items():
                for arch, (params, duration, logtail) in arches.items():
                    running.append([package, release, arch, params.get("ppas", []), duration])
    logs = []
    for name in listing(base, container, "format=plain")["lines"]:
        if name.endswith("log.gz"):
            answer = fetch("%s/results/%s/%s" % (base, container, name))
            text = gzip.decompress(answer.read()).decode("utf-8", "replace")
            triggers = re.search(r"--env=ADT_TEST_TRIGGERS=(.*?) -- ", text.split(": @@@@@@@@@@@@@@@@@@@@")[0])
            logs.append([name, triggers.group(1).rstrip("'") if triggers else None])
    return {"waiting": waiting, "running": running, "logs": logs}


def running_autopkgtests(base):
    """`running-autopkgtests` of ubuntu-dev-tools, with its malformed header."""
    lines = []
    headers = {"Cache-Control": "max-age-0"}
    for package, hashes in json.load(fetch(base + "/static/running.json", **headers)).items():
        for releases in hashes.values():
            for release, arches in releases.items():
                for arch, [params, duration, _] in arches.items():
                    triggers = ",".join(params.get("triggers", ["-"]))
                    lines.append("R %d %s %s %s %s" % (duration, release, arch, package, triggers))
    for origin, releases in json.load(fetch(base + "/queues.json", **headers)).items():
        for release, arches in releases.items():
            for arch, key in arches.items():
                if key == []:
                    continue
                for position, item in enumerate(key):
                    if item == "private job":
                        lines.append("Q%d %s %s %s private" % (position + 1, origin, release, arch))
                        continue
                    package, params = item.split(None, 1)
                    triggers = ",".join(json.loads(params).get("triggers", ["-"]))
                    lines.append("Q%d %s %s %s %s %s" % (position + 1, origin, release, arch, package, triggers))
    return lines


class Matrix(html.parser.HTMLParser):
    """As the Go client reads a package's page: the first table whose class has "table" in it."""

    def __init__(self):
        super().__init__()
        self.state = "before"
        self.rows = []
        self.stack = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if self.state == "before" and tag == "table" and "table" in (attributes.get("class") or ""):
            self.state = "inside"
        if self.state != "inside":
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append({"tag": tag, "text": "", "link": None})
        elif tag == "a" and self.stack[-1:] == ["td"] and self.rows[-1][-1]["link"] is None:
            self.rows[-1][-1]["link"] = attributes.get("href")
        self.stack.append(tag)

    def handle_endtag(self, tag):
        if self.state == "inside":
            self.stack.pop()
            if tag == "table":
                self.state = "after"

    def handle_data(self, data):
        if self.state == "inside" and ("th" in self.stack or "td" in self.stack):
            self.rows[-1][-1]["text"] += data


def autopkgtests_automation(base, package):
    """The state of a package on each release and arch."""
    matrix = Matrix()
    matrix.feed(fetch(base + "/packages/" + package).read().decode())
    header, *rows = matrix.rows
    assert all(cell["tag"] == "th" for cell in header) and header[0]["text"] == "", header
    found = {}
    for head, *cells in rows:
        assert head["tag"] == "th"
        for release, cell in zip(header[1:], cells):
            status = cell["text"].strip()
            if status:
                found[release["text"] + "/" + head["text"]] = [status, cell["link"]]
    return found


def archive_tools(base, path):
    """ubuntu-archive-tools fetches a log and parses when it was written, without asking whether that is said."""
    answer = fetch(base + path)
    modified = parsedate_to_datetime(answer.headers["Last-Modified"])
    assert answer.headers["Content-Encoding"] == "gzip"
    text = gzip.decompress(answer.read()).decode()
    return {"year": modified.year, "summary": text.split("@@@@ summary\n")[-1].splitlines()}


def nubuntu(base, path):
    """The run ids of a test, newest first, from the raw HTML of its page."""
    page = fetch(base + path, **{"User-Agent": "nushell"}).read().decode()
    return list(dict.fromkeys(re.findall(r"\d{8}_\d{6}_[0-9a-f]{5}@", page)))


SQL = {
    "auto-mir": "SELECT t.arch, r.exitcode, r.version, r.run_id FROM test t JOIN result r ON t.id = r.test_id "
    "WHERE t.package = 'libxml2' AND t.release = 'noble' ORDER BY r.run_id DESC LIMIT 100",
    "autopkgtest-diff": "SELECT distinct(result.run_id), result.exitcode, package, test.arch, result.triggers "
    "FROM test, result WHERE package='libxml2' AND arch='amd64' AND release='noble' AND id = result.test_id "
    "ORDER BY package",
    "autopkgtest-db-reports": "SELECT t.package, AVG(r.duration), MAX(r.duration), SUM(r.duration) FROM test t "
    "JOIN result r ON r.test_id = t.id LEFT JOIN current_version c ON c.package = t.package "
    "AND c.release = t.release AND c.version = r.version GROUP BY t.package ORDER BY t.package",
    "seed-new-release": "SELECT package, arch, MAX(run_id) FROM result INNER JOIN test ON id = test_id "
    "WHERE release = 'noble' GROUP BY package, arch ORDER BY package, arch",
}


def ask_database(_, file):
    """What others ask of the database that they have fetched with wget."""
    db = sqlite3.connect("file:%s?mode=ro" % file, uri=True)
    return {client: db.execute(query).fetchall() for client, query in SQL.items()}


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(json.dumps(globals()[name.replace("-", "_")](*arguments)))
