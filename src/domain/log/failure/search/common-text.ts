/**
 * Text that logs are full of, whether or not anything failed: the bytes by which a word is found should not
 * occur here.
 */
export const COMMON_TEXT = `
autopkgtest [10:00:00]: test command1: preparing testbed; test upstream-tests: - - - - - - - - - - results - - - - - -
autopkgtest [10:00:00]: testing package example version 1.2.3-4; testbed release detected to be: noble
autopkgtest [10:00:00]: @@@@@@@@@@@@@@@@@@@@ summary; git checkout: adt-run command line
get:12 http://archive.example/debian unstable/main amd64 packages; fetched 12.3 mb in 4s; hit; reading package lists
building dependency tree; reading state information; starting pkgproblemresolver; starting 2 pkgproblemresolver; investigating
done; the following new packages will be installed; suggested packages; recommended packages; 0 upgraded, 3 newly installed
need to get 123 kb of archives; after this operation, 456 mb of additional disk space will be used; selecting previously
unselected package libexample-perl:amd64; (reading database ... 12345 files and directories currently installed.); preparing to
unpack .../python3-example_1.0-1_all.deb; unpacking; setting up linux-headers-6.8.0-31-generic; processing triggers for man-db
created symlink /etc/systemd/system/multi-user.target.wants/example.service; dpkg-source: info: extracting; dpkg-buildpackage
debian/rules build; dh_auto_configure; checking for working gcc -g -o2... yes; checking whether the compiler; make[1]: entering
directory '/tmp/autopkgtest.abc/build.src'; make[2]: leaving directory; config.status: creating makefile; copying; compiling
gcc -wall -werror -d_fortify_source=2 -fstack-protector-strong -i/usr/include -c -o src/example.o; linking; libtool: compile:
running tests; running test_example ... ok; tests/test_example.py::test_it passed [ 12%]; collected 123 items; skipped; test session
starts; platform linux -- python 3.12.3, pytest-8; plugins; rootdir; cachedir; warnings summary; deprecationwarning; in 1.23s
ok 1 - the first subtest; # subtest: example; 1..12; t/00-load.t .. ok; result: pass; all tests successful; files=12, tests=345
[ run      ] suite.case; [       ok ] suite.case (0 ms); === run testexample; --- pass: testexample (0.00s); ok example.org/module
test example::tests::it ... ok; running 12 tests; test result: ok. 12 passed; 0 filtered out; finished in 0.01s; start 1: 1/12 test
info debug starting up; started; stopping; stopped; listening on port; connection from 127.0.0.1; request; response; status 200
received; sending; using; loading; loaded; writing; wrote; created; updated; removing; removed; waiting for; setting; configuration
options; default; enabled; disabled; version; source; target; output; input; expected output; command; process; thread; memory
block; number; string; object; class; function; method; module; import; export; include; library; kernel; service; network; user
group; root; mount; device; partition; image; local; remote; server; client; session; key; certificate; repository; branch; commit
+ cd tests; + export home=/tmp; + ./run-tests.sh; + echo done; + set -e; total time; real 0m1.234s; seconds; elapsed; average
this is not the first line of the file with that name; mirror; only if it does not exist; required by; exit with signal; full
more than one of the following should be there; space; broken count: 0; permissions; no display; out of 12; none at all; can find
`
