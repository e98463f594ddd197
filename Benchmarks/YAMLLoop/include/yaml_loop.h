#ifndef YAML_LOOP_H
#define YAML_LOOP_H

#include <stddef.h>

/// Reads all events of a text with libyaml and does nothing with them: what every reader on libyaml has to pay.
/// Returns how many there were, or 0 where the text is no YAML.
size_t yaml_loop_parse(const unsigned char *bytes, size_t count);

#endif
