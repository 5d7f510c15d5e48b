import { expect, it } from 'vitest'
import { parseDifference } from './find-queue-arguments.ts'

const said = (field: string, rest: string) =>
  `QueueDeclare: PRECONDITION_FAILED - inequivalent arg '${field}' for queue 'q' in vhost '/': received ${rest}`

it.each([
  [said('x-queue-type', "the value 'x' of type 'longstr' but current is none"), 'x-queue-type', undefined],
  [said('x-queue-type', "'x' but current is 'quorum'"), 'x-queue-type', 'quorum'],
  [said('durable', "'true' but current is 'false'"), 'durable', 'false'],
  [said('x-max-priority', "none but current is the value '10' of type 'byte'"), 'x-max-priority', 10],
  [said('x-a', "none but current is the value 'true' of type 'bool'"), 'x-a', true],
  [said('x-a', "none but current is the value '' of type 'longstr'"), 'x-a', ''],
  [
    said('x-a', "none but current is the value 'it's of type 'b'' of type 'longstr'"),
    'x-a',
    "it's of type 'b'",
  ],
  [said('x-a', "none but current is the value '[{a,b}]' of type 'table'"), 'x-a', null],
])('reads what differs: %s', (text, field, current) => {
  expect(parseDifference(text)).toEqual({ field, current })
})

it.each([
  "QueueDeclare: PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue 'q' in vhost '/': unsupported",
  said('x-queue-type', "the value 'x' of type 'longstr' but curr..."),
  said('x-queue-type', "none but current is the value 'quo..."),
  "ACCESS_REFUSED - access to queue 'q' refused",
])('takes nothing from another answer, or one that was cut: %s', text => {
  expect(parseDifference(text)).toBeUndefined()
})
