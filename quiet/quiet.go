// Package quiet keeps the terminal from being asked for its background before zlog has said a word.
//
// Importing bubbletea asks, whatever the command and whether a screen will be shown or not: a query to the terminal, then
// up to five seconds for the answer, with what was typed meanwhile thrown away. The answer would change nothing, for all
// colours are the terminal's own. The question is not asked if the answer is set before; and that must happen after
// lipgloss and before bubbletea is initialised. Go initialises packages in the order of their import paths, so this one
// is a module of its own, whose name comes early.
package quiet

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
