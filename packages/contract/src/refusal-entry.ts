/** What there is to say of one refusal: its HTTP status, what it means, and what to do. */
export interface RefusalEntry {
  /** The HTTP status where it is answered over HTTP. */
  readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 408
    | 409
    | 410
    | 412
    | 413
    | 415
    | 421
    | 422
    | 429
    | 500
    | 503
    | 504
  readonly means: string
  readonly remedy: string
}

export const entry = (status: RefusalEntry["status"], means: string, remedy: string): RefusalEntry => ({
  status,
  means,
  remedy,
})
