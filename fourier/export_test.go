package fourier

// Len returns how many values a cache keeps.
func (c *Cache) Len() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return len(c.entries)
}

// Ranks returns the rows of the even and the odd part between the axes.
func (f *Folded[R, C]) Ranks() (even, odd int) {
	return f.first.squeeze.even.Rows, f.first.squeeze.odd.Rows
}
