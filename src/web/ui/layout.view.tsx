import type { Child } from 'hono/jsx'
import type { Alert } from '../../domain/alert.ts'

/** What every page shows around its content. */
export interface Frame {
  /** Alerts in force. */
  readonly alerts: readonly Alert[]
  readonly banner: string | undefined
  readonly sampleData: boolean
  readonly style: string
  readonly script: string
}

export interface LayoutProps {
  readonly frame: Frame
  readonly title: string
  /** Which entry of the navigation this page belongs to. */
  readonly here?: 'home' | 'running' | 'recent' | 'statistics'
  /** What is searched for, if it was. */
  readonly search?: string
  readonly children?: Child
}
