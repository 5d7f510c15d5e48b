import { NotFound } from '../../../domain/errors.ts'
import { testbedOf } from '../../../queries/runs/testbed.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { htmlResponse, type Stream } from '../../handlers/stream.ts'
import { pageRequest } from '../../http/request-target.ts'
import { parsePackagesPath } from '../packages-path.ts'
import { TestbedView } from './testbed.view.tsx'

/** What was installed where a run took place; read from the store each time, as few ask for it. */
export const testbedPage: Stream = {
  limited: true,
  open: web => async c => {
    const path = parsePackagesPath(pageRequest(c.req.url)?.path.slice(1) ?? [])
    const testbed = path.kind === 'testbed' ? await testbedOf(web, path.run) : undefined
    if (testbed === undefined) throw new NotFound('There is no such run.')
    return htmlResponse(<TestbedView layout={layoutOf(web)} testbed={testbed} />)
  },
}
