import { inDataDir, needed, optional } from './setting.ts'
import * as as from './values.ts'

/** This machine's architecture, by its Debian name. */
const OWN_ARCH =
  (
    { x64: 'amd64', ia32: 'i386', arm: 'armhf', ppc64: 'ppc64el' } satisfies Partial<
      Record<NodeJS.Architecture, string>
    > as Partial<Record<string, string>>
  )[process.arch] ?? process.arch

/** The keys of `[worker]`. */
export const WORKER_SETTINGS = {
  arches: needed(as.arches, 'whose queues it takes requests from', {
    preset: OWN_ARCH,
    absent: "this machine's",
  }),
  releases: optional(as.releases, 'whose queues it takes requests from', { absent: 'the ones of `[web]`' }),
  virt: optional(
    as.virtServer,
    'the virtualisation server and its arguments: `schroot NAME`, `unshare …`, `lxd …`, `qemu …`; `$RELEASE`, `$ARCH` and `$PACKAGE` stand for those of the test, and words may be quoted. No shell is involved',
    { absent: 'must be given here or with `--virt`' },
  ),
  allow_null: needed(as.yesOrNo, 'must be `yes` for `virt = null`', { preset: 'no' }),
  slots: needed(as.count(1), 'how many tests run at once', { preset: '1' }),
  autopkgtest: needed(as.path, 'the autopkgtest program', { preset: '/usr/bin/autopkgtest' }),
  extra_args: needed(
    as.commandWords,
    'further options of autopkgtest for every test, such as `--setup-commands /srv/setup.sh`',
    { preset: '' },
  ),
  output_dir: needed(
    as.path,
    'its spool, with one folder for each test in progress. Each worker needs its own',
    inDataDir('worker'),
  ),
  pocket: optional(
    as.pocket,
    'the pocket from which triggers are installed: `proposed-updates` on Debian; `none`: nothing is added to the testbed',
    { absent: '`proposed`; `none` with `virt = null`' },
  ),
  apt_upgrade: optional(as.yesOrNo, 'whether the testbed is upgraded first', {
    absent: '`yes`; `no` with `virt = null`',
  }),
  timeouts: needed(as.timeouts, 'the time-outs of autopkgtest in seconds', {
    preset: 'short=300 install=3000 test=10000 copy=900 build=20000',
  }),
  long_timeouts: needed(as.timeouts, 'in seconds, for the packages in `long_tests`', {
    preset: 'short=300 install=3000 test=40000 copy=900 build=40000',
  }),
  longest_run: needed(as.count(1), 'the number of seconds after which a run is ended in any case', {
    preset: '259200',
  }),
  never_run: optional(
    as.path,
    'a file of `package`, `package/arch` or `package/arch/release`, one per line, with `*` and `all`; read again for each test',
  ),
  long_tests: optional(as.path, 'likewise'),
  big_packages: optional(as.path, 'likewise'),
  big_args: needed(
    as.commandWords,
    'further arguments of the virtualisation server for `big_packages`, such as `--ram-size=8192`',
    { preset: '' },
  ),
  ppa_url: needed(as.webUrl, 'the server of PPAs', { preset: 'https://ppa.launchpadcontent.net' }),
  private_ppa_url: needed(as.webUrl, 'the server of private PPAs', {
    preset: 'https://private-ppa.launchpadcontent.net',
  }),
  keyserver_url: needed(
    as.webUrl,
    'the key server for PPAs that are given with a fingerprint; other keys come from `[launchpad] api_url`',
    { preset: 'https://keyserver.ubuntu.com' },
  ),
} as const
