using System.Diagnostics;
using System.Globalization;

namespace PantryChain.Rehearsal.Parts;

/// <summary>What proc(5) tells about processes.</summary>
public static class ProcessTable
{
    /// <summary>The processes whose parent is <paramref name="parent"/>.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent)
    {
        List<int> children = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && ParentOf(id) == parent)
                children.Add(id);
        }
        return children;
    }

    /// <summary>The most resident memory of a process so far in bytes (VmHWM); 0 when it has ended.</summary>
    public static long PeakMemory(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.AsSpan("VmHWM:".Length, line.Length - "VmHWM:kB".Length).Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Kills a process as <c>kill -9</c> does; one that has ended already stays so.</summary>
    public static void Kill(int process)
    {
        try
        {
            using Process victim = Process.GetProcessById(process);
            victim.Kill();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            // it was quicker
        }
    }

    private static int? ParentOf(int process)
    {
        try
        {
            // "pid (name) state ppid ..."; the name may contain anything, so what counts follows the last bracket.
            string text = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ', 3)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
