import { kindOfException, kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

export const lua: Rules = [
  // busted: `Failure → spec/x_spec.lua @ 5`, the name, `spec/x_spec.lua:6: message`
  firstLineAfter({
    starts: ['failure →', 'error →', 'failure ->', 'error ->'],
    opens: /^(?:Failure|Error) (?:→|->) (.*)$/,
    take: /^\S+\.lua:\d+: /,
    within: 5,
    kind: text => kindOfMessage(text, 'assertion'),
    strength: 'detail',
    header: 'failure',
  }),
  {
    words: ['.lua:'],
    is: /^(?:\[\S+\] )?(?:lua[\d.]*|luajit|luac): \S+:\d+: /,
    kind: kindOfException,
    strength: 'detail',
  },
  { words: ["' not found:"], is: /module '[^']+' not found:/, kind: 'missing-file', strength: 'cause' },
  {
    words: ['.lua:'],
    is: /^\s*\S+\.lua:\d+: (?:expected|assertion|attempt|bad argument)/i,
    kind: text => kindOfMessage(text, 'assertion'),
    strength: 'detail',
  },
]
