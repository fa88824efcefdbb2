package live

// SetBudget sets what the pictures of a run may take, in bytes.
func SetBudget(s *Server, bytes int) {
	s.board.mutex.Lock()
	defer s.board.mutex.Unlock()
	s.board.budget = bytes
}
