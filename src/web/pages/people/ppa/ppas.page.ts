import { ppaContainersOf } from '../../../../domain/run/container.ts'
import { html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { PpasView } from './ppas.view.ts'

/** `/user/<nick>/ppa`: the PPAs of a user that have results. */
export const ppasPage: Page<'userPpas'> = {
  from: ['ppa-containers'],
  render({ params: { nick } }, web) {
    const { value, state } = web.snapshots.ppaContainers.current()
    const ppas = ppaContainersOf(nick, value, web.settings.releases)
    return html(PpasView({ layout: layoutOf(web), nick, ppas, known: state !== 'missing' }))
  },
}
