/** An id that people choose. `.` and `..` would be lost from a URL's path. */
export const ID = /^(?!\.{1,2}$)[a-zA-Z0-9._/-]{1,100}$/
