/** The identity provider cannot be asked, or says nothing usable; the message is for operators, not for callers. */
export class ProviderError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ProviderError';
  }
}
