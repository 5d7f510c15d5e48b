import { kindOfError } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

/** systemd, D-Bus and X. */
export const services: Rules = [
  {
    words: ['job for ', 'control process exited', 'see "systemctl status', 'see "journalctl'],
    is: /^Job for \S+ (?:failed|canceled)/,
    kind: 'other',
    strength: 'error',
  },
  {
    words: [
      'failed to start',
      'failed with result',
      'main process exited',
      'start request repeated',
      'failed at step',
    ],
    is: /Failed to start \S|: Failed with result|[Mm]ain process exited, code=(?:exited|killed|dumped)|Failed at step /,
    unless: /status=0/,
    kind: 'other',
    strength: 'error',
  },
  {
    words: [
      'failed to connect to bus',
      'system has not been booted',
      'cannot autolaunch',
      'no such interface',
      'org.freedesktop.dbus.error',
      'g-dbus-error',
      'failed to get d-bus',
      'dbus-launch',
      'failed to connect to socket',
      'was not provided by any',
    ],
    is: /Failed to connect to (?:\w+ scope )?bus|not been booted with systemd|Cannot autolaunch|org\.freedesktop\.DBus\.Error|G-DBus-Error|[Ff]ailed to connect to socket|was not provided by any \.service/,
    kind: kindOfError,
    strength: 'detail',
  },
  {
    words: [
      'cannot open display',
      "can't open display",
      'unable to open display',
      'no display name',
      'could not connect to display',
      "couldn't connect to display",
      'no protocol specified',
    ],
    is: /(?:cannot|can't|unable to|couldn't|could not) (?:open|connect to) display|no display name|[Nn]o protocol specified/i,
    kind: 'other',
    strength: 'detail',
  },
  {
    words: [
      'is not executable:',
      'bad unit file',
      'has a bad unit file',
      'is masked',
      'not loaded.',
      'could not be found.',
    ],
    is: /^\S+: Command \S+ is not executable|has a bad unit file setting|^Unit \S+ (?:is masked|could not be found|not loaded)/,
    kind: kindOfError,
    strength: 'detail',
  },
  {
    words: ['address already in use', 'bind: ', 'bind()'],
    is: /[Aa]ddress already in use/,
    kind: 'network',
    strength: 'detail',
  },
  firstLineAfter({
    words: ['config file error'],
    opens: /CONFIG(?:URATION)? FILE ERROR/,
    take: /^>>> /,
    within: 3,
    kind: kindOfError,
    strength: 'detail',
    header: 'failure',
  }),
  {
    words: ['invalid configuration', 'configuration error'],
    is: /[Ii]nvalid configuration|[Cc]onfiguration error/,
    kind: 'other',
    strength: 'detail',
  },
]
