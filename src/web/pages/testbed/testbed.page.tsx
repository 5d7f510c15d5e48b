import { NotFound } from '../../../domain/errors.ts'
import { testbedOf } from '../../../queries/runs/testbed.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { htmlResponse, type Stream } from '../../handlers/stream.ts'
import { TestbedView } from './testbed.view.tsx'

/** What was installed where a run took place; read from the store each time, as few ask for it. */
export const testbedPage: Stream<'testbed'> = {
  limited: true,
  open:
    web =>
    async (_, { params }) => {
      const testbed = await testbedOf(web, params)
      if (testbed === undefined) throw new NotFound('There is no such run.')
      return htmlResponse(<TestbedView layout={layoutOf(web)} testbed={testbed} />)
    },
}
