/** Which CSM somebody is. */
export interface CsmIdentityReads {
  /** Null where no CSM has the external id. */
  idByExternalId(externalId: string): Promise<string | null>;
  /** Null where no CSM, or more than one, has the e-mail; capitals do not matter. */
  idByEmail(email: string): Promise<string | null>;
}
