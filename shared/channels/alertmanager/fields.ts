import { httpFields } from '../http/settings.ts'

const { headers, basicAuth, authorization, timeoutMs } = httpFields

/** `http_config` of alertmanager.yml, as far as it is taken, and the time-out. */
export const receiverHttpFields = { headers, basicAuth, authorization, timeoutMs }
