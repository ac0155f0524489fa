// What a device did that it should not: why its calls cannot be had now.

/** `isRefused`: it does not let this user in, and asking soon again would lock the address out. */
export class DeviceFault extends Error {
  readonly isRefused: boolean;

  constructor(
    detail: string,
    { isRefused = false, cause }: { isRefused?: boolean; cause?: unknown } = {},
  ) {
    super(detail, { cause });
    this.name = "DeviceFault";
    this.isRefused = isRefused;
  }
}
