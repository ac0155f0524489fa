// Keeps the file names of a tariff inside its folder.

/** The name with `.` and repeated slashes taken out, or null where it could leave the folder. */
export function folderPath(name: string): string | null {
  const outside = /^[/~]|^[A-Za-z]:|\\|\0/.test(name);
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (outside || parts.includes("..") || parts.length === 0) return null;
  return parts.join("/");
}
