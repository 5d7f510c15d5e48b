import pLimit from 'p-limit'
import { NotFound } from '../../../../domain/errors.ts'
import { turn } from '../../../../domain/time/turns.ts'
import { testbedOf } from '../../../../queries/runs/testbed.ts'
import { LongPage } from '../../../handlers/long-page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import type { Stream } from '../../../handlers/stream.ts'
import { changeRow, packageRow, TestbedView } from './testbed.view.ts'

/** Each takes about ten megabytes while it is made: others wait. */
const AT_ONCE = 2

/** What was installed where a run took place; read from the store each time, as few ask for it. */
export const testbedPage: Stream<'testbed'> = {
  limited: true,
  open: web => {
    const makeOne = pLimit(AT_ONCE)
    return (_, { params }) =>
      makeOne(async () => {
        const testbed = await testbedOf(web, params)
        if (testbed === undefined) throw new NotFound('There is no such run.')
        const { list, since } = testbed
        const page = new LongPage()
        await turn()
        return page.response(
          TestbedView({
            layout: layoutOf(web),
            testbed,
            packages: list && page.place(list.packages, packageRow),
            changes: since && page.place(since.changes, changeRow),
          }),
        )
      })
  },
}
