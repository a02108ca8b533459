namespace PantryChain.Store.Following;

/// <summary>Finds the last block that the kept chain and the node's chain share, by halving: what a shared block stands on is shared, too.</summary>
/// <remarks>Pure. Not thread safe. Asks about log2 of the kept blocks.</remarks>
/// <param name="kept">How many blocks are kept, oldest first.</param>
internal sealed class AncestorSearch(int kept)
{
    private int _shared = -1, _gone = kept;

    /// <summary>True when the answer is known.</summary>
    public bool IsDone => _gone - _shared <= 1;

    /// <summary>Position of the block to look at next, while not done.</summary>
    public int Probe => _shared + (_gone - _shared) / 2;

    /// <summary>Position of the newest shared block, -1 for none; once done.</summary>
    public int Ancestor => _shared;

    /// <summary>Says whether the block at <see cref="Probe"/> is still the node's.</summary>
    public void Answer(bool isShared)
    {
        if (isShared)
            _shared = Probe;
        else
            _gone = Probe;
    }
}
