import { wrongDates } from '../../domain/alert.ts'
import type { Web } from '../web.ts'

/** Logs bounds of alerts that are no dates, now and whenever the alerts change: until then they are shown without them. */
export function warnOfAlertDates({ snapshots, log }: Pick<Web, 'snapshots' | 'log'>): void {
  const look = () => {
    for (const alert of snapshots.alerts.current().value) {
      for (const date of wrongDates(alert))
        log.warn({ date, alert: alert.message }, 'an alert has an invalid date: it is shown without it')
    }
  }
  look()
  snapshots.alerts.onChange(look)
}
